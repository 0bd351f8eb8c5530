import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { PROFILES } from "../../../compare/firelens/agent-config.ts";
import { openFirelensPath } from "../../../compare/firelens/firelens-path.ts";
import { firelensRunner } from "../../../compare/local/firelens-runner.ts";
import { openModel } from "../../../compare/modelled.ts";
import type { RunningPath } from "../../../compare/path.ts";
import { createRecorder } from "../../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../../functions/recorder/server.ts";

const API_KEY = "0123456789abcdef0123456789abcdef";
const NEVER_MS = 600_000;
let server: RecorderServer | undefined;
let path: RunningPath | undefined;
afterEach(async () => {
  await path?.kill();
  await server?.stop();
});

async function open(flushIntervalMs: number) {
  const recorder = createRecorder({ apiKey: API_KEY });
  server = await serveRecorder(recorder, 0);
  const model = openModel({ "firelens.flushIntervalMs": flushIntervalMs });
  const settings = { profile: "hardened", recorder: server, apiKey: API_KEY, model, workDirectory: "" } as const;
  path = firelensRunner(await openFirelensPath(settings), PROFILES.hardened);
  const messages = () => recorder.entries().map(({ message }) => message);
  return { path, messages };
}
const write = (to: RunningPath, ...texts: string[]) => {
  for (const [seq, text] of texts.entries()) to.write({ seq, text, dueMs: 0 });
};

test("a host that dies takes what was not sent; a task that is stopped sends it", async () => {
  const { path, messages } = await open(NEVER_MS);
  write(path, "lost with the host");
  await path.disrupt("host-lost");
  write(path, "sent at the end");
  await path.disrupt("stopped");
  write(path, "of the third task");
  await path.stop();
  expect(messages()).toEqual(["sent at the end", "of the third task"]);
  expect(path.notes().join()).toMatch(/the host died .*, and another task started.*the task was stopped/);
});

test("says whose options it has, dated", async () => {
  const { path } = await open(NEVER_MS);
  expect(path.info.optionsOf).toBe(PROFILES.hardened.source);
  for (const { source } of [PROFILES["as-documented"], PROFILES.manual])
    expect(source).toMatch(/https:.*\(20\d\d-\d\d\)/);
});

test("settles when all has arrived; else when nothing has come for as long as its retries can take, or as it was told", async () => {
  const { path } = await open(5);
  const tail = { allArrived: () => false, brokenMs: 0 };
  await path.settle({ ...tail, allArrived: () => true, quietMs: () => 0 });
  expect(path.notes()).toEqual([]);
  await path.settle({ ...tail, quietMs: () => 3_000 });
  expect(path.notes().at(-1)).toContain("nothing had come for 3 s");
  await path.settle({ ...tail, quietMs: () => 1_000, patienceMs: 1_000 });
  expect(path.notes().at(-1)).toContain("nothing had come for 1 s");
  // While something broken may still be tried again, it waits: it would have ended by now.
  let quietMs = 20_000;
  let settled = false;
  const waiting = path.settle({ ...tail, quietMs: () => quietMs, brokenMs: 60_000 }).then(() => {
    settled = true;
  });
  await sleep(250);
  expect(settled).toBe(false);
  quietMs = 400_000;
  await waiting;
});
