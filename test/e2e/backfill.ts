import { rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { LOG_GROUPS, taskStream } from "../../tools/embedded-aws/environment.ts";
import { runProgram } from "../../tools/embedded-aws/programs.ts";
import type { Scene } from "./scene.ts";
import { expect } from "./steps.ts";

const CLI = fileURLToPath(new URL("../../tools/backfill/cli.ts", import.meta.url));
const STREAMS = 3;
const EVENTS = 1_500;

/** Events of a log group that nothing is subscribed to any more: they are in CloudWatch Logs alone. */
export async function backfillGap({ aws, folder, cloud, recorder, stack, allArriveOnce }: Scene): Promise<string> {
  const [, logGroup] = LOG_GROUPS;
  recorder.clear();
  const from = Date.now();
  const messages: string[] = [];
  for (let stream = 1; stream <= STREAMS; stream++) {
    const own = Array.from({ length: EVENTS }, (_, i) => `skipped ${i} of stream ${stream}`);
    await cloud.putLogs(logGroup, taskStream(stream), own);
    messages.push(...own);
  }
  const to = Date.now() + 1;
  const progress = path.join(folder, "backfill.jsonl");
  const times = [from, to].map((time) => new Date(time).toISOString());
  const args = ["--log-group", logGroup, "--from", `${times[0]}`, "--to", `${times[1]}`, "--progress", progress];
  const run = async (...more: string[]) => {
    const { ok, output } = await runProgram(process.execPath, [CLI, ...args, ...more], {
      env: aws.environment,
      cwd: folder,
    });
    expect(ok, `backfill failed: ${output}`);
    return output;
  };
  const planned = await run("--dry-run");
  expect(planned.includes(`${(STREAMS * EVENTS).toLocaleString("en")} events`), `the dry run says ${planned}`);
  expect(recorder.summary().requests === 0, "the dry run sent something");

  for (const turn of ["first", "second"]) {
    await run("--function", stack().functionName);
    await allArriveOnce(messages);
    const { duplicates } = recorder.summary();
    expect(duplicates === 0, `${duplicates} came twice in the ${turn} run`);
  }
  const unmarked = recorder.entries().filter(({ ddtags }) => !String(ddtags).split(",").includes("backfilled:true"));
  expect(unmarked.length === 0, `${unmarked.length} entries have no tag`);
  rmSync(progress);
  return `${messages.length} events of ${STREAMS} streams that nothing delivered arrived once each, with their tag; a second run sent none`;
}
