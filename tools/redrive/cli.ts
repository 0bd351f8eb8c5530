/** `npm run redrive`: has the replayer send again what is under rejected/. */
import { createInterface } from "node:readline/promises";
import { S3Client } from "@aws-sdk/client-s3";
import { AwsCallError, REQUEST_HANDLER } from "../aws-call.ts";
import { commandLine } from "../command-line.ts";
import { INTERRUPTED, onInterrupt } from "../progress.ts";
import { moveBack } from "./move-back.ts";
import { HELP, type Options, parseOptions } from "./options.ts";
import { json, movedText, planText } from "./print.ts";
import { survey } from "./survey.ts";

const print = (text: string) => void process.stdout.write(text);

async function run(options: Options): Promise<number> {
  const { bucket, region } = options;
  const s3 = new S3Client({
    ...(region !== undefined && { region }),
    requestHandler: REQUEST_HANDLER,
    // Emulators want it.
    forcePathStyle: (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined,
  });
  const objects = await survey(s3, options);
  if (!options.json) print(planText(objects, options));
  if (objects.length === 0 || !(await isWanted(options))) {
    if (options.json) print(json(objects));
    return 0;
  }
  const interrupt = onInterrupt("what is under way is moved first; once more to stop at once.");
  try {
    const moved = await moveBack(s3, bucket, objects, () => interrupt.signal.aborted, showProgress(objects.length));
    print(options.json ? json(objects, moved) : movedText(moved));
    if (interrupt.signal.aborted) return INTERRUPTED;
    return moved.failed.size === 0 ? 0 : 1;
  } finally {
    interrupt.release();
  }
}

async function isWanted({ yes, json: asJson }: Options): Promise<boolean> {
  if (yes || asJson) return yes;
  if (!process.stdin.isTTY) {
    print("Nothing was moved: give --yes to do it.\n");
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question("Move them back? [y/N] ");
  terminal.close();
  const wanted = /^y(?:es)?$/i.test(answer.trim());
  if (!wanted) print("Nothing was moved.\n");
  return wanted;
}

const showProgress = (all: number) => (moved: number) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${moved} of ${all}${moved === all ? "\r\u001B[K" : ""}`);
};

await commandLine(
  "npm run redrive",
  1,
  () => {
    const options = parseOptions(process.argv.slice(2), Date.now());
    return options === "help" ? print(HELP) : run(options);
  },
  (error) => (error instanceof AwsCallError ? { exitCode: 1 } : undefined),
);
