import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { sdkAgents } from "../../../../functions/proxy-agent.ts";
import type { ProxySettings } from "../../../../functions/settings/proxy.ts";
import { REQUEST_HANDLER } from "../../../aws-call.ts";

export type Clients = ReturnType<typeof openClients>;

/** Clients for a function's region, with the credentials that the AWS command line would use. */
export function openClients(functionArn: string, proxy: ProxySettings | undefined) {
  const region = functionArn.split(":")[3];
  const settings = { region, maxAttempts: 5, requestHandler: { ...REQUEST_HANDLER, ...sdkAgents(proxy) } };
  // Emulators have no host of its own for each bucket.
  const forcePathStyle = Boolean(process.env.AWS_ENDPOINT_URL || process.env.AWS_ENDPOINT_URL_S3);
  const logs = new CloudWatchLogsClient(settings);
  const lambda = new LambdaClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle });
  return {
    logs,
    lambda,
    s3,
    close() {
      logs.destroy();
      lambda.destroy();
      s3.destroy();
    },
  };
}
