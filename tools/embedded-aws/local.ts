/** `npm run local`: the stack deployed to an embedded AWS, for a person to play with until Ctrl-C. */
import type { Arrival } from "../../functions/recorder/record.ts";
import { API_KEY, type Environment, LOG_GROUPS, startEnvironment, taskStream } from "./environment.ts";
import { endOnSignals } from "./programs.ts";
import { MissingError } from "./python-program.ts";

const print = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  print("Starting an AWS, deploying the forwarder …");
  const environment = await startEnvironment(print, printArrival);
  await environment.deployment.bootstrap();
  const { functionName, replayerName, bucketName } = await environment.deployment.deploy(environment.settings);
  const logGroup = await environment.cloud.logGroupOf(functionName);
  print(guide(environment, { replayerName, bucketName, logGroup }));
  // Its server and emulator go on until a signal comes; a timer keeps the process there in any case.
  setInterval(() => undefined, 60_000);
}

function printArrival({ arrivedAtMs, entries, wireBytes }: Arrival): void {
  const time = new Date(arrivedAtMs).toTimeString().slice(0, 8);
  print(`${time}  intake took ${entries.length} ${entries.length === 1 ? "entry" : "entries"}, ${wireBytes} bytes`);
}

interface Names {
  readonly replayerName: string;
  readonly bucketName: string;
  readonly logGroup: string;
}

function guide({ aws, recorderUrl }: Environment, { replayerName, bucketName, logGroup }: Names): string {
  const group = LOG_GROUPS[0];
  const names = `--log-group-name ${group} --log-stream-name ${taskStream(1)}`;
  const key = `-H 'DD-API-KEY: ${API_KEY}'`;
  return `
MiniStack ${aws.version} at ${aws.endpoint}, log groups ${LOG_GROUPS.join(" and ")} are subscribed; intake at ${recorderUrl}

In another terminal, with the AWS command line (the credentials are dummies):

  export AWS_ENDPOINT_URL=${aws.endpoint} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=${aws.region}

Write a log event, and see it at the intake:

  aws logs create-log-stream ${names}
  aws logs put-log-events ${names} --log-events timestamp=$(date +%s)000,message='order placed'
  curl -s ${key} ${recorderUrl}/recorder/entries

Take the intake down, write again, and see the events wait in S3 a few seconds later:

  curl -s -X PUT ${key} ${recorderUrl}/recorder/faults -d '{"always": {"kind": "status", "status": 503}}'
  aws s3 ls --recursive s3://${bucketName}

Bring it back, and replay them (a schedule does so every minute, too):

  curl -s -X PUT ${key} ${recorderUrl}/recorder/faults -d null
  aws lambda invoke --function-name ${replayerName} /dev/stdout

What the forwarder reports, a line for each delivery:

  aws logs filter-log-events --log-group-name ${logGroup} --filter-pattern Received --query 'events[].message' --output text

Ctrl-C ends all of it and leaves nothing.
`;
}

endOnSignals((signal) => {
  print(`\nEnded on ${signal}.`);
  return 0;
});
main().catch((error) => {
  process.stderr.write(`local: ${error instanceof MissingError ? error.message : error.stack}\n`);
  process.exit(error instanceof MissingError ? 2 : 1);
});
