import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { readProcessUsage } from "../../../compare/firelens/process-usage.ts";

test.skipIf(!existsSync("/proc/self/schedstat"))(
  "of a process on Linux: CPU time, memory, and how long it waited",
  () => {
    const before = readProcessUsage(process.pid);
    // More than a tick of the system's clock.
    for (const from = process.cpuUsage(); process.cpuUsage(from).user < 60_000; );
    const after = readProcessUsage(process.pid);
    expect((after?.cpuSeconds ?? 0) - (before?.cpuSeconds ?? 0)).toBeGreaterThan(0);
    expect(after?.peakMemoryMb).toBeGreaterThan(10);
    expect(after?.waitedSeconds).toBeGreaterThanOrEqual(before?.waitedSeconds ?? Number.NaN);
  },
);

test("of one that is not there: nothing", () => {
  expect(readProcessUsage(2 ** 30)).toBeUndefined();
});
