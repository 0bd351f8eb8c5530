import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeMulti } from "@msgpack/msgpack";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PROFILES } from "../../../compare/firelens/agent-config.ts";
import { type FirelensPath, type FirelensSettings, openFirelensPath } from "../../../compare/firelens/firelens-path.ts";
import { openModel } from "../../../compare/modelled.ts";
import { ResultError } from "../../../compare/result.ts";
import { createRecorder } from "../../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../../functions/recorder/server.ts";
import { isThere, router, writeProgram } from "./fake-fluent-bit.ts";

const API_KEY = "0123456789abcdef0123456789abcdef";
const NEVER_MS = 600_000;
let folder: string;
let server: RecorderServer | undefined;
let path: FirelensPath | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "path-"));
  mkdirSync(join(folder, "tasks"));
});
afterEach(async () => {
  await path?.kill();
  await server?.stop();
  rmSync(folder, { recursive: true });
});

const SOMEWHERE = { host: "127.0.0.1", port: 9 };
async function open(settings: Partial<FirelensSettings>) {
  path = await openFirelensPath({
    profile: "hardened",
    recorder: server ?? SOMEWHERE,
    apiKey: API_KEY,
    model: openModel({ "firelens.flushIntervalMs": 20 }),
    workDirectory: join(folder, "tasks"),
    ...settings,
  });
  return path;
}
const write = (to: FirelensPath, text: string) => to.write({ text, dueMs: 0 });
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

describe("with the model", () => {
  async function openModelled(settings: Partial<FirelensSettings> = {}) {
    const recorder = createRecorder({ apiKey: API_KEY });
    server = await serveRecorder(recorder, 0);
    const arrived = () =>
      recorder.entries().map(({ message, ddtags }) => ({
        message,
        task: String(ddtags).match(/task_id:comparison\/([0-9a-f]{32})/)?.[1],
      }));
    return { path: await open(settings), arrived };
  }

  test("says that it is modelled, but for the network", async () => {
    const { path } = await openModelled();
    expect(path.info).toEqual({
      id: "firelens-hardened",
      kind: "firelens",
      title: "FireLens, hardened",
      basis: "modelled",
      optionsOf: PROFILES.hardened.source,
      stages: [
        { id: "buffer", title: "buffer and flush", basis: "modelled" },
        { id: "network", title: "network", basis: "measured" },
      ],
    });
  });

  test("a task that is stopped sends all it has, and the one in its place is another", async () => {
    const { path, arrived } = await openModelled({ model: openModel({ "firelens.flushIntervalMs": NEVER_MS }) });
    write(path, "before");
    await path.stop();
    write(path, "between");
    await path.restart();
    write(path, "after");
    await path.stop();
    expect(arrived().map(({ message }) => message)).toEqual(["before", "between", "after"]);
    const [before, between, after] = arrived();
    expect(between?.task).toBe(after?.task);
    expect(before?.task).not.toBe(after?.task);
    // Of both tasks.
    expect(path.usage().cpuSeconds).toBeCloseTo((3 * 20) / 1e6, 9);
    expect(path.problem()).toBeUndefined();
    expect(path.dropped()).toBe(0);
  });

  test("one that is killed loses what it has not sent", async () => {
    const { path, arrived } = await openModelled({ model: openModel({ "firelens.flushIntervalMs": NEVER_MS }) });
    write(path, "lost");
    await path.kill();
    await path.restart();
    write(path, "sent");
    await path.stop();
    expect(arrived().map(({ message }) => message)).toEqual(["sent"]);
  });
});

describe("with a program", () => {
  /** Of each task, in no order: what it read and its process. */
  const tasks = () =>
    readdirSync(join(folder, "tasks")).map((task) => {
      const read = (name: string) => readFileSync(join(folder, "tasks", task, name));
      const messages = [...decodeMulti(read("received"))] as [string, unknown, { log: string }][];
      return {
        tags: new Set(messages.map(([tag]) => tag)),
        logs: messages.map(([, , { log }]) => log),
        pid: Number(read("pid")),
        config: read("fluent-bit.conf").toString(),
      };
    });
  const openProgram = (body: string, settings: Partial<FirelensSettings> = {}) =>
    open({ fluentBit: { file: writeProgram(folder, "fluent-bit", body), version: "5.0.9" }, ...settings });
  const noneLeft = () => tasks().every(({ pid }) => !isThere(pid));

  test("writes lines under the task's tag, and ends the program when stopped", async () => {
    const path = await openProgram(router());
    expect(path.info).toMatchObject({ basis: "measured", stages: [{ basis: "measured" }, { basis: "measured" }] });
    write(path, "one");
    write(path, "two");
    await path.stop();
    expect(tasks()).toMatchObject([{ logs: ["one", "two"] }]);
    expect([...(tasks()[0]?.tags ?? [])]).toEqual([expect.stringMatching(/^app-firelens-[0-9a-f]{32}$/)]);
    expect(noneLeft()).toBe(true);
    expect(path.problem()).toBeUndefined();
  });

  test("has the key in no file", async () => {
    await openProgram(router());
    expect(tasks()[0]?.config).toContain(`apikey \${apikey_0}`);
    expect(tasks()[0]?.config).not.toContain(API_KEY);
  });

  test("another task takes the lines while the old one still stops", async () => {
    const path = await openProgram(router(300));
    write(path, "old");
    const stopped = path.stop();
    await path.restart();
    write(path, "new");
    await stopped;
    await path.stop();
    expect(
      tasks()
        .map(({ logs }) => logs)
        .toSorted(),
    ).toEqual([["new"], ["old"]]);
    expect(noneLeft()).toBe(true);
  });

  test("one that was not stopped is killed when another takes its place", async () => {
    const path = await openProgram(router(NEVER_MS));
    const [first] = tasks();
    await path.restart();
    expect(isThere(first?.pid ?? 0)).toBe(false);
    expect(tasks().filter(({ pid }) => isThere(pid))).toHaveLength(1);
  });

  test("killing it ends those that still stop or are being started, too", async () => {
    const path = await openProgram(router(NEVER_MS));
    const stopped = path.stop();
    const restarted = path.restart();
    await path.kill();
    await Promise.all([stopped, restarted]);
    expect(tasks()).toHaveLength(2);
    expect(noneLeft()).toBe(true);
    expect(path.problem()).toBeUndefined();
  });

  test("one that ends by itself is a problem until there is another", async () => {
    const path = await openProgram(router());
    process.kill(tasks()[0]?.pid ?? 0, "SIGABRT");
    await until(() => path.problem() !== undefined);
    expect(path.problem()).toContain("ended by itself, SIGABRT");
    await path.restart();
    expect(path.problem()).toBeUndefined();
  });

  test("one that can't be started again is an error, and a problem", async () => {
    const path = await openProgram(router());
    await path.stop();
    writeProgram(folder, "fluent-bit", "console.error('no'); process.exitCode = 1;");
    const error = await path.restart().catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(ResultError);
    expect(path.problem()).toMatch(/ended by itself, exit code 1\. Its last lines: no$/);
  });

  test("other ports are tried if somebody has taken one", async () => {
    const flag = JSON.stringify(join(folder, "flag"));
    await openProgram(`
      if (!require("node:fs").existsSync(${flag})) {
        require("node:fs").writeFileSync(${flag}, "");
        console.error("[error] [input:forward:forward.1] could not bind address 127.0.0.1:1. Aborting");
        process.exit(1);
      }
      ${router()}
    `);
    expect(tasks()).toHaveLength(1);
  });

  test("a folder whose name is too long for a socket is an error that says what to do", async () => {
    const workDirectory = join(folder, "x".repeat(100));
    const error = await openProgram(router(), { workDirectory }).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(ResultError);
    expect(error).toHaveProperty("message", expect.stringContaining("Set TMPDIR to a shorter folder."));
  });
});
