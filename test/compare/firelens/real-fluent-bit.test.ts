import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, type TestContext, test } from "vitest";
import { type FirelensProfile, PIECES_OF_AN_ENTRY } from "../../../compare/firelens/agent-config.ts";
import { findFluentBit } from "../../../compare/firelens/find-fluent-bit.ts";
import { openFirelensPath } from "../../../compare/firelens/firelens-path.ts";
import { startFluentBit } from "../../../compare/firelens/fluent-bit-process.ts";
import { PIECE_BYTES } from "../../../compare/firelens/forward-message.ts";
import { openModel } from "../../../compare/modelled.ts";
import { ResultError } from "../../../compare/result.ts";
import type { Fault } from "../../../functions/recorder/faults.ts";
import { createRecorder } from "../../../functions/recorder/record.ts";
import { serveRecorder } from "../../../functions/recorder/server.ts";

const found = await findFluentBit(process.env.FLUENT_BIT || undefined);
if (!found) {
  process.stdout.write("Skipped: there is no fluent-bit on PATH, and FLUENT_BIT does not say where one is.\n");
}
const fluentBit = found ?? { file: "", version: "" };

const API_KEY = "0123456789abcdef0123456789abcdef";
const PROFILES: readonly FirelensProfile[] = ["as-documented", "manual", "hardened"];
const UNAVAILABLE: Fault = { kind: "status", status: 503 };
const SILENT: Fault = { kind: "hang" };

/** What goes at the end of a test; of its own context, as the tests run at the same time. */
type Ending = Pick<TestContext, "onTestFinished">;

function newFolder({ onTestFinished }: Ending): string {
  const folder = mkdtempSync(join(tmpdir(), "real-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function open(
  ending: Ending,
  profile: FirelensProfile,
  { fault, modelled = false }: { fault?: Fault; modelled?: boolean } = {},
) {
  const { onTestFinished } = ending;
  const encodings = new Set<string>();
  const recorder = createRecorder({
    apiKey: API_KEY,
    lenient: true,
    onArrival: ({ contentEncoding }) => encodings.add(contentEncoding),
    ...(fault && { faults: { always: fault } }),
  });
  const workDirectory = newFolder(ending);
  const server = await serveRecorder(recorder, 0);
  onTestFinished(server.stop);
  const path = await openFirelensPath({
    profile,
    recorder: server,
    apiKey: API_KEY,
    model: openModel(),
    workDirectory,
    ...(!modelled && { fluentBit }),
  });
  onTestFinished(path.kill);
  return {
    path,
    recorder,
    encodings,
    write: (text: string) => path.write({ text, dueMs: 0 }),
    messages: () => recorder.entries().map(({ message }) => String(message)),
    answers: () => recorder.summary().answers,
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20);
}

/** What a task has of its own: times, and ids of containers, tasks and pieces. */
const withoutIds = (json: string) =>
  json.replace(/"timestamp":\d+/g, '"timestamp":0').replace(/[0-9a-f]{64}|[0-9a-f]{32}(-\d+)?/g, "ID");

const LINES = Array.from({ length: 5_000 }, (_, i) => `line ${i}`);
const ODD_LINES = [
  "",
  'größe 価格 🎉 "quoted" \\ / \t \u0001 \u007f \u2028',
  '{"level":"info"}',
  "x".repeat(PIECE_BYTES),
  "y".repeat(3 * PIECE_BYTES + 1),
  "z".repeat((2 * PIECES_OF_AN_ENTRY + 1) * PIECE_BYTES + 1),
];

describe.skipIf(!found).concurrent(`Fluent Bit ${fluentBit.version}`, () => {
  test.for(PROFILES)(
    "%s, every line arrives once, in order, also those written just before the end",
    async (profile, ending) => {
      const { path, encodings, recorder, write, messages } = await open(ending, profile);
      for (const line of LINES) write(line);
      await until(() => messages().length > 0);
      write("last");
      await path.stop();
      expect(messages()).toEqual([...LINES, "last"]);
      expect([...encodings]).toEqual([profile === "as-documented" ? "identity" : "gzip"]);
      const task = String(recorder.entries()[0]?.ddtags).match(/task_id:comparison\/([0-9a-f]{32}),/)?.[1] ?? "none";
      const arn = `arn:aws:ecs:us-east-1:111122223333:task/comparison/${task}`;
      const tags = `container_name:app,cluster_name:comparison,task_arn:${arn},region:us-east-1,task_id:comparison/${task},task_family:comparison,task_version:1,env:comparison`;
      for (const { ddtags } of recorder.entries()) {
        expect(String(ddtags).replace(/^container_id:[0-9a-f]{32}-\d+,/, "")).toBe(tags);
      }
      expect(path.usage().cpuSeconds).toBeGreaterThan(0);
      expect(path.usage().peakMemoryMb).toBeGreaterThan(1);
    },
  );

  test.for(PROFILES)("%s, its entries are those of the model, byte for byte", async (profile, ending) => {
    const entries = async (modelled: boolean) => {
      const { path, recorder, write } = await open(ending, profile, { modelled });
      for (const line of ODD_LINES) write(line);
      await path.stop();
      return recorder.entries().map((entry) => withoutIds(JSON.stringify(entry)));
    };
    expect(await entries(false)).toEqual(await entries(true));
  });

  test("as documented, of a character that is cut in two bytes become others of private use, or get lost", async (ending) => {
    const { path, write, messages } = await open(ending, "as-documented");
    write(`${"x".repeat(PIECE_BYTES - 1)}é`);
    await path.stop();
    expect(messages()).toEqual(["x".repeat(PIECE_BYTES - 1), "\ue0a9"]);
  });

  test("hardened, it is whole again", async (ending) => {
    const { path, write, messages } = await open(ending, "hardened");
    const line = `${"x".repeat(PIECE_BYTES - 1)}é`;
    write(line);
    await path.stop();
    expect(messages()).toEqual([line]);
  });

  // The second attempt comes 6 to 12 s after the first.
  test.for([
    ["as-documented", "loses", ["after"]],
    ["hardened", "keeps", ["after", "during"]],
  ] as const)("%s %s lines of an outage over two attempts", async ([profile, , arrived], ending) => {
    const { path, recorder, write, messages, answers } = await open(ending, profile, { fault: UNAVAILABLE });
    write("during");
    await until(() => answers()[503] === 2);
    recorder.setFaults(undefined);
    write("after");
    await path.stop();
    expect(messages().toSorted()).toEqual(arrived);
  });

  test("as documented, a silent intake stops it for good once its memory is full", async (ending) => {
    const { path, recorder, write, messages, answers } = await open(ending, "as-documented", { fault: SILENT });
    const line = "x".repeat(16_000);
    for (let bytes = 0; bytes < 40e6; bytes += line.length) write(line);
    await until(() => (answers().hang ?? 0) >= 10);
    // Until it has filled up.
    for (let before = -1; before !== answers().hang; await sleep(2_500)) before = answers().hang ?? 0;
    recorder.setFaults(undefined);
    write("late");
    await sleep(5_000);
    expect(messages()).toEqual([]);
    expect(path.problem()).toBeUndefined();
    await path.kill();
  });

  test("hardened, a silent intake loses nothing", async (ending) => {
    const { path, recorder, write, messages, answers } = await open(ending, "hardened", { fault: SILENT });
    write("early");
    await until(() => answers().hang === 1);
    recorder.setFaults(undefined);
    write("late");
    await until(() => messages().includes("late"));
    await path.stop();
    expect(messages()).toEqual(["late", "early"]);
  });

  test("stopped during an outage, it tries again each second until the retries are used up", async (ending) => {
    const { path, write, messages, answers } = await open(ending, "hardened", { fault: UNAVAILABLE });
    write("lost");
    await until(() => answers()[503] === 1);
    await path.stop();
    expect(answers()).toEqual({ 503: 7 });
    expect(messages()).toEqual([]);
  });

  test("killed, it loses what it has not sent; another task takes its place", async (ending) => {
    const { path, write, messages } = await open(ending, "as-documented");
    write("first");
    await until(() => messages().length > 0);
    write("lost");
    await path.kill();
    await path.restart();
    write("second");
    await path.stop();
    expect(messages()).toEqual(["first", "second"]);
  });

  test("a port that is taken is an error that says so, by which others are tried", async ({ onTestFinished }) => {
    const holder = net.createServer();
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => new Promise<void>((resolve) => holder.close(() => resolve())));
    const folder = newFolder({ onTestFinished });
    const configFile = join(folder, "fluent-bit.conf");
    const { port } = holder.address() as AddressInfo;
    writeFileSync(configFile, `[INPUT]\n    Name forward\n    Listen 127.0.0.1\n    Port ${port}\n`);
    const settings = { file: fluentBit.file, configFile, environment: {}, listens: [join(folder, "never")] };
    const error = await startFluentBit(settings).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(ResultError);
    expect(error).toHaveProperty("message", expect.stringMatching(/could not bind/i));
  });
});
