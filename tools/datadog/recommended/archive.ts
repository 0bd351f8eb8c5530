import type { v2 } from "@datadog/datadog-api-client";
import type { Choices } from "./choices.ts";

/** All logs for good, in a bucket of yours: whatever the index leaves out, too. */
export function archive({ name, logs, archive: to }: Choices): v2.LogsArchiveCreateRequestAttributes | undefined {
  if (!to) return undefined;
  return {
    name: `sidecarless logs (${name})`,
    query: logs,
    // Without them env, service and version are lost when logs are read back.
    includeTags: true,
    destination: {
      type: "s3",
      bucket: to.bucket,
      ...(to.path !== undefined && { path: to.path }),
      integration: { accountId: to.accountId, roleName: to.roleName },
    },
  };
}
