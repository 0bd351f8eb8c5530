import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { parseRecord } from "../../compare/record/record-text.ts";
import type { Result } from "../../compare/result.ts";
import { endCommands, startCommand } from "./command.ts";

const folders: string[] = [];
afterEach(async () => {
  await endCommands();
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

/** A new folder for a run's record and reports; it goes with the test. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
  folders.push(folder);
  return folder;
}

/** What takes time in AWS takes next to none here. */
const FAST = [
  ["driver.flushIntervalMs", 200],
  ["ingestion.delayMs", 5],
  ["subscription.delayMs.p50", 20],
  ["subscription.delayMs.p99", 60],
  ["firelens.flushIntervalMs", 100],
  ["firelens.retryBaseMs", 200],
  ["replay.intervalMs", 300],
].flatMap(([name, value]) => ["--model", `${name}=${value}`]);

const start = (command: "local" | "sweep", folder: string, args: readonly string[]) =>
  startCommand("compare/commands/cli.ts", [command, "--out", folder, "--tail", "5", ...FAST, ...args], {
    // No Fluent Bit on this PATH, nor one where its packages put it, is taken.
    environment: { PATH: process.env.PATH ?? "" },
  });

export const startRun = (folder: string, ...args: string[]) => start("local", folder, args);

export const startSweep = (folder: string, ...args: string[]) => start("sweep", folder, args);

export const startModelled = (folder: string, ...args: string[]) =>
  startRun(folder, "--modelled-firelens", "--time-scale", "0.05", ...args);

export const recordIn = async (folder: string): Promise<Result> =>
  parseRecord(await readFile(join(folder, "result.json"), "utf8"), "result.json");

/** A machine that others use makes phases void: nothing may be quoted of them, but the run is as whole as another. */
export const exitCodeOf = ({ status, phases }: Result): number =>
  status === "complete" && phases.every((phase) => !phase.void) ? 0 : 1;

export const ids = (of: readonly { readonly id: string }[]): string[] => of.map(({ id }) => id);

export const lost = ({ phases }: Result, phase: string, path: string): number | undefined =>
  phases.find(({ id }) => id === phase)?.paths[path]?.arrivedMs.filter((ms) => ms === null).length;
