import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import { REQUEST_HANDLER } from "../../tools/aws-call.ts";

export type Clients = ReturnType<typeof openClients>;

/** Clients with the credentials that the AWS command line would use. @param region undefined: as that would, too */
export function openClients(region: string | undefined) {
  const settings = { ...(region !== undefined && { region }), maxAttempts: 5, requestHandler: REQUEST_HANDLER };
  const ecs = new ECSClient(settings);
  const logs = new CloudWatchLogsClient(settings);
  const cloudwatch = new CloudWatchClient(settings);
  return {
    ecs,
    logs,
    cloudwatch,
    close() {
      ecs.destroy();
      logs.destroy();
      cloudwatch.destroy();
    },
  };
}
