import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type FluentBitProcess,
  type FluentBitSettings,
  startFluentBit,
} from "../../../compare/firelens/fluent-bit-process.ts";
import { ResultError } from "../../../compare/result.ts";
import { endCommands, startCommand } from "../../support/command.ts";
import { isThere, router, writeProgram } from "./fake-fluent-bit.ts";

const API_KEY = "0123456789abcdef0123456789abcdef";
let folder: string;
let running: FluentBitProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "process-"));
  running = undefined;
});
afterEach(async () => {
  await running?.kill();
  await endCommands();
  rmSync(folder, { recursive: true });
});

function settings(body: string): FluentBitSettings {
  const configFile = join(folder, "fluent-bit.conf");
  const socketFile = join(folder, "s");
  writeFileSync(configFile, `    unix_path ${socketFile}\n`);
  const file = writeProgram(folder, "fluent-bit", body);
  return { file, configFile, environment: { apikey_0: API_KEY }, listens: [socketFile] };
}
const start = async (body: string) => {
  running = await startFluentBit(settings(body));
  return running;
};
const failure = (body: string, more: Partial<FluentBitSettings> = {}) =>
  startFluentBit({ ...settings(body), ...more }).then(
    () => expect.unreachable(),
    (error: Error) => error,
  );
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

test("is there when it listens, and ends in order with SIGTERM", async () => {
  const { pid, terminate, problem } = await start(router());
  expect(isThere(pid)).toBe(true);
  await terminate(10_000);
  expect(isThere(pid)).toBe(false);
  expect(problem()).toBeUndefined();
});

test("is killed if it has not ended within its grace", async () => {
  const { pid, terminate } = await start(router(60_000));
  await terminate(50);
  expect(isThere(pid)).toBe(false);
});

test("sees the key, programs and libraries of this environment, and nothing else", async () => {
  const seen = join(folder, "seen");
  await start(`require("node:fs").writeFileSync(${JSON.stringify(seen)}, Object.keys(process.env).join());${router()}`);
  const others = readFileSync(seen, "utf8").split(",");
  expect(others.filter((name) => !["PATH", "LD_LIBRARY_PATH", "apikey_0"].includes(name))).toEqual([]);
  expect(others).toContain("apikey_0");
});

test.runIf(process.platform === "linux")("tells what it used, also when it has ended", async () => {
  const { usage, kill } = await start(router());
  const { cpuSeconds = 0, peakMemoryMb = 0 } = usage() ?? {};
  expect(cpuSeconds).toBeGreaterThanOrEqual(0);
  expect(peakMemoryMb).toBeGreaterThan(1);
  await kill();
  expect(usage()?.peakMemoryMb).toBeGreaterThanOrEqual(peakMemoryMb);
});

test("a program that ends at once is an error with its last words, less the key", async () => {
  const error = await failure(`
    for (let i = 1; i <= 20; i++) console.log("line " + i);
    console.error("bad key " + process.env.apikey_0);
    process.exitCode = 7;
  `);
  expect(error).toBeInstanceOf(ResultError);
  expect(error.message).toMatch(/ended by itself, exit code 7\. Its last lines: line \d+ \| .*bad key \*\*\*$/);
  expect(error.message).not.toContain("line 5 ");
  expect(error.message).not.toContain(API_KEY);
});

test("a program that never listens is an error, and is not left running", async () => {
  const pidFile = join(folder, "pid");
  const body = `require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1e6);`;
  const error = await failure(body, { readyWithinMs: 500 });
  expect(error).toBeInstanceOf(ResultError);
  expect(error.message).toBe("Fluent Bit does not listen after 0.5 s: is the machine overloaded?");
  if (existsSync(pidFile)) expect(isThere(Number(readFileSync(pidFile, "utf8")))).toBe(false);
});

test("a file that is no program is an error that names it", async () => {
  const error = await failure("", { file: join(folder, "nothing") });
  expect(error).toBeInstanceOf(ResultError);
  expect(error.message).toContain(`Fluent Bit (${join(folder, "nothing")}) can't be started`);
});

test("one that ends by itself later is a problem, not an exception", async () => {
  const { pid, problem } = await start(router());
  expect(problem()).toBeUndefined();
  process.kill(pid, "SIGSEGV");
  await until(() => problem() !== undefined);
  expect(problem()).toMatch(/ended by itself, SIGSEGV\. Its last lines: none$/);
});

test("it ends with the process that started it, even if that is killed", async () => {
  const { file, configFile, listens } = settings(router());
  const parent = startCommand("test/compare/firelens/start-fluent-bit.ts", [file, configFile, String(listens[0])]);
  const pid = Number((await parent.says("pid ")).match(/pid (\d+)\n/)?.[1]);
  expect(isThere(pid)).toBe(true);
  parent.signal("SIGKILL");
  await parent.ended;
  await until(() => !isThere(pid));
});
