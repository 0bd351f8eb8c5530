/** `npm run local`: the stack deployed to an embedded AWS, for a person to play with until Ctrl-C. */
import type { Arrival } from "../../functions/recorder/record.ts";
import { readArguments } from "../arguments.ts";
import { builtFunctions } from "../bundle/built-functions.ts";
import { commandLine } from "../command-line.ts";
import { API_KEY, type Environment, LOG_GROUPS, startEnvironment, taskStream } from "./environment.ts";
import { endOnSignals } from "./programs.ts";
import { MissingError } from "./python-program.ts";

const HELP = `Deploys the forwarder to an embedded AWS on this machine, and keeps it running
until Ctrl-C. Prints commands that write log events, take the intake down and
look into the store. Needs Python 3.10 or later; the emulator, MiniStack, is
installed under node_modules/.cache the first time.

Usage: npm run local

  --help   this text

Exit code: 0 after Ctrl-C, 1 if something failed, 2 if something is missing on
this machine or it was called wrongly.
`;

const print = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const { values } = readArguments({
    args: process.argv.slice(2),
    options: { help: { type: "boolean", short: "h" } },
  });
  if (values.help) return void process.stdout.write(HELP);
  await builtFunctions();
  endOnSignals((signal) => {
    print(`\nEnded on ${signal}.`);
    return 0;
  });
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

await commandLine("npm run local", 0, main, (error) => (error instanceof MissingError ? {} : undefined));
// What has started would keep it there.
if (process.exitCode) process.exit();
