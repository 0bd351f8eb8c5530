import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseRecord } from "../../../compare/record/record-text.ts";
import type { PathSamples } from "../../../compare/result.ts";
import { parseSweepOptions } from "../../../compare/sweep/options.ts";
import { renderSweep } from "../../../compare/sweep/render-sweep.ts";
import { sweepPhases } from "../../../compare/sweep/run-sweep.ts";
import { UsageError } from "../../../tools/arguments.ts";
import { comparisonResult } from "../../support/comparison-result.ts";
import { newFolder, startSweep } from "../../support/local-run.ts";

test("reads rates and sizes, each once, in their order; names every problem", () => {
  expect(parseSweepOptions(["--rates", "1000,10,10", "--line-bytes", "2000,200"])).toMatchObject({
    rates: [10, 1_000],
    lineSizes: [200, 2_000],
    seconds: 10,
  });
  expect(parseSweepOptions(["--help"])).toBe("help");
  const wrong = () => parseSweepOptions(["--rates", "10,x", "--line-bytes", "5", "--paths", "sqs"]);
  expect(wrong).toThrow(UsageError);
  for (const text of ["--rates", "--line-bytes", '"sqs"']) expect(wrong).toThrow(text);
});

test("a phase for each rate with each size, without a fault, after a warm-up", () => {
  const phases = sweepPhases({ rates: [10, 1_000], lineSizes: [200, 2_000], seconds: 10 });
  expect(phases.map(({ id }) => id)).toEqual(["10-of-200b", "1000-of-200b", "10-of-2000b", "1000-of-2000b"]);
  expect(phases[1]).toMatchObject({
    title: "1,000 lines/s of 200 bytes",
    linesPerSecond: 1_000,
    lineBytes: 200,
    warmUpMs: 5_000,
    load: [{ ms: 15_000, times: 1 }],
  });
});

test("tells the highest rate of each path, nothing of a void phase, and fits 80 columns", () => {
  const result = comparisonResult();
  const [steady] = result.phases;
  if (!steady) throw new Error("no phase");
  const { fault: _, ...calm } = steady;
  const lambda = { ...calm.paths.lambda, void: ["late"] } as PathSamples;
  const voidOnLambda = { ...calm.paths, lambda };
  const phases = [
    { ...calm, id: "10-of-200b", linesPerSecond: 10, lineBytes: 200 },
    { ...calm, id: "1000-of-200b", linesPerSecond: 1_000, lineBytes: 200, void: ["late"], paths: voidOnLambda },
  ];
  const text = renderSweep({ ...result, phases });
  expect(text).toMatch(/Lambda, 200 bytes: ~?10 lines\/s; at the next one that run is void/);
  expect(text.match(/^1,000\s+void\s+void/gm)).toHaveLength(1);
  // What was void of one path is not of another: they ran one after the other.
  expect(text).toMatch(/^FireLens, .* 200 bytes: 1,000 lines\/s; no higher one was tried/m);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  expect(text.replaceAll(/\s+/g, " ")).toContain("Use a machine with more idle cores, or lower --rates.");
  const onlyVoid = renderSweep({ ...result, phases: phases.slice(1) });
  expect(onlyVoid).toContain("Lambda, 200 bytes: not known, the run at the lowest rate is void\n");
  expect(renderSweep({ ...result, phases: phases.slice(0, 1) })).not.toContain("oid");
});

test("runs at a rate, tells of it, and keeps a record that the other commands read", async () => {
  const folder = await newFolder();
  const args = ["--paths", "firelens-manual", "--modelled-firelens", "--rates", "20", "--seconds", "1"];
  const { stdout } = await startSweep(folder, ...args).ended;
  expect(stdout).toContain("The highest rate without loss or lateness");
  const result = parseRecord(await readFile(join(folder, "result.json"), "utf8"), "result.json");
  expect(result.status).toBe("complete");
  expect(result.phases.map(({ id, linesPerSecond, paths }) => [id, linesPerSecond, Object.keys(paths)])).toEqual([
    ["20-of-200b", 20, ["firelens-manual"]],
  ]);
});
