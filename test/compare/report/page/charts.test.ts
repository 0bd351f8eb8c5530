import { describe, expect, test } from "vitest";
import type { CostComparison, CostItem } from "../../../../compare/cost/types.ts";
import { costCurves } from "../../../../compare/report/page/charts/cost-curves.ts";
import { costItems, costParts } from "../../../../compare/report/page/charts/cost-items.ts";
import { draw } from "../../../../compare/report/page/charts/draw.ts";
import {
  linearDurationAxis,
  logDurationAxis,
  logDurationRange,
} from "../../../../compare/report/page/charts/duration-axis.ts";
import { latencyCurves } from "../../../../compare/report/page/charts/latency-curves.ts";
import { looksOf, PART_COLORS } from "../../../../compare/report/page/charts/look.ts";
import { breakEvenText } from "../../../../compare/report/words/recommend.ts";
import { summarise } from "../../../../compare/stats/summarise.ts";
import { comparisonResult } from "../../../support/comparison-result.ts";

const labels = ({ axisLabel }: ReturnType<typeof linearDurationAxis>) =>
  axisLabel.customValues.map(axisLabel.formatter);

describe("axes of durations", () => {
  test.each<[string, number[], string[]]>([
    ["from a few ms to seconds", [14, 980], ["10 ms", "100 ms", "1 s"]],
    ["to an outage", [9, 310_000], ["1 ms", "10 ms", "100 ms", "1 s", "10 s", "1 min", "10 min"]],
    ["to a day", [60_000, 86_400_000], ["1 min", "10 min", "1 h", "10 h", "100 h"]],
    ["below a millisecond and below zero", [-4, 0.2, 50], ["1 ms", "10 ms", "100 ms"]],
    ["one value, on a tick", [1_000], ["1 s", "10 s"]],
    ["nothing", [], ["1 ms", "10 ms", "100 ms", "1 s"]],
  ])("logarithmic, %s", (_what, values, ticks) => {
    const range = logDurationRange(values);
    const axis = logDurationAxis(range);
    expect(axis.axisLabel.customValues.map(axis.axisLabel.formatter)).toEqual(ticks);
    for (const value of values) expect(value).toBeLessThanOrEqual(range.max);
  });

  test.each<[number, string[]]>([
    [7_220, ["0", "2 s", "4 s", "6 s"]],
    [25_000, ["0", "5 s", "10 s", "15 s", "20 s", "25 s"]],
    [75_000, ["0", "15 s", "30 s", "45 s", "1 min", "75 s"]],
    [600_000, ["0", "2 min", "4 min", "6 min", "8 min", "10 min"]],
    [7_200_000, ["0", "20 min", "40 min", "1 h", "80 min", "100 min", "2 h"]],
    [4.5, ["0", "1 ms", "2 ms", "3 ms", "4 ms"]],
  ])("linear, to %d ms", (maxMs, ticks) => expect(labels(linearDurationAxis(maxMs))).toEqual(ticks));
});

/** Made by hand: both cost a dollar at 10 GB. Kinesis has many items. */
const ITEMS: readonly CostItem[] = Array.from({ length: 12 }, (_, index) => ({
  id: `item-${index}`,
  title: `Item ${index}`,
  usdPerMonth: index + 1,
}));
const VOLUMES = [0, 0.1, 1, 10, 100];
const COST: CostComparison = {
  input: {
    region: "us-east-1",
    gbPerDay: 10,
    tasks: 10,
    lineBytes: 200,
    retentionDays: 14,
    egress: "internet",
    inCloudwatchAnyway: false,
    profile: "hardened",
    sidecarVcpu: 0,
    sidecarMemoryMb: 128,
    taskVcpu: 0.5,
    taskMemoryMb: 1_024,
    batchEvents: 100,
    forwarderMemoryMb: 512,
    billedMsPerDelivery: 50,
    billedMsPerThousandEvents: 10,
    coldStartsPerMonth: 100,
    billedMsPerColdStart: 300,
    wireRatioLambda: 0.2,
    wireRatioFirelens: 0.2,
    entryBytesLambda: 600,
    entryBytesFirelens: 400,
    arch: "arm64",
  },
  pricesDate: "2026-11-20",
  estimates: [
    { path: "lambda", title: "Lambda", items: ITEMS.slice(0, 3), usdPerMonth: 6, usdPerGb: 0.02 },
    { path: "kinesis-lambda", title: "Kinesis + Lambda", items: ITEMS, usdPerMonth: 78, usdPerGb: 0.26 },
    {
      path: "firelens-next-size",
      title: "FireLens, next size",
      items: ITEMS.slice(11),
      usdPerMonth: 12,
      usdPerGb: 0.04,
    },
  ],
  breakEvens: [
    { between: ["lambda", "firelens-next-size"], gbPerTaskMonth: 10, cheaperBelow: "lambda" },
    { between: ["lambda", "kinesis-lambda"], gbPerTaskMonth: null, cheaperBelow: "lambda" },
  ],
  curves: [
    { path: "lambda", points: VOLUMES.map((gb) => ({ gbPerTaskMonth: gb, usdPerTaskMonth: gb / 10 })) },
    { path: "firelens-next-size", points: VOLUMES.map((gb) => ({ gbPerTaskMonth: gb, usdPerTaskMonth: 1 })) },
  ],
  besideCloudwatch: {
    lambda: 1,
    "kinesis-lambda": 2,
    firehose: 1,
    "firelens-in-slack": 1,
    "firelens-next-size": 12,
  },
  byRawBytes: { lambda: { bytesPerLine: 800, usdPerMonth: 8 }, firelens: { bytesPerLine: 600, usdPerMonth: 6 } },
  taskSizes: { without: { vcpu: 0.5, memoryMb: 1_024 }, withSidecar: { vcpu: 0.5, memoryMb: 2_048 } },
};
const looks = looksOf(COST.curves.map(({ path }) => ({ id: path, basis: "modelled" })));

describe("cost", () => {
  test("the break-even is marked where the curves meet, and said", () => {
    const drawing = costCurves(COST, looks);
    expect(drawing.label).toContain(
      "Lambda and FireLens, next size cost the same at 10 GB per task and month; below it Lambda costs less.",
    );
    const text = draw(drawing);
    expect(text).toContain(">10 GB</text>");
    // The axes go from 0.1 to 100 GB and from 0.01 to 10 dollars: both 10 GB and 1 dollar are two thirds of the way.
    const [, x, y] = text.match(/matrix\(5,0,0,5,([\d.]+),([\d.]+)\)/) ?? [];
    expect(Math.abs(Number(x) - (70 + ((360 - 70 - 24) * 2) / 3))).toBeLessThan(1.5);
    expect(Math.abs(Number(y) - (14 + (300 - 14 - 46) / 3))).toBeLessThan(1.5);
  });

  test("a pair without a break-even says which is cheaper", () => {
    const [, none] = COST.breakEvens;
    expect(none && breakEvenText(COST, none)).toBe("Lambda costs less than Kinesis + Lambda at every volume.");
  });

  test("more items than colours: the dearest for themselves, the rest together, nothing left out", () => {
    const parts = costParts(COST);
    expect(parts).toHaveLength(PART_COLORS);
    expect(parts.at(-1)?.title).toBe("All other items");
    expect(parts.flatMap(({ itemIds }) => itemIds).sort()).toEqual(ITEMS.map(({ id }) => id).sort());
    expect(new Set(parts.map(({ color }) => color)).size).toBe(PART_COLORS);
  });

  test("bars end with what the path costs", () => {
    const text = draw(costItems(COST, costParts(COST)));
    expect([...text.matchAll(/>(~\$[^<]+)</g)].map(([, label]) => label)).toEqual(["~$6.00", "~$78.00", "~$12.00"]);
  });
});

test("a curve ends at 100 % if nothing is lost, whatever the warm-up leaves out", () => {
  const result = comparisonResult({ phases: ["steady"] });
  const [calm] = result.phases;
  if (!calm) throw new Error("no phase");
  const phase = { ...calm, warmUpMs: 5_000 };
  const [summary] = summarise({ ...result, phases: [phase] }).phases;
  if (!summary) throw new Error("no summary");
  expect(summary.paths.map(({ lost }) => lost)).toEqual([0, 0, 0]);
  const axes = { range: { min: 1, max: 600_000 }, medianRange: { min: 1, max: 600_000 } };
  const { option } = latencyCurves({ phase, summary, looks: looksOf(result.paths), ...axes });
  const curves = (option.series as { type: string; data: number[][] }[]).filter(({ type }) => type === "line");
  expect(curves.map(({ data }) => data.at(-1))).toEqual(Array(3).fill([600_000, 1]));
});

test("drawings of the same names differ in nothing, of other names in their ids", () => {
  const [one, same, other] = ["a", "a", "b"].map((id) => draw({ ...costCurves(COST, looks), id }));
  expect(same).toBe(one);
  expect(other).toBe(one?.replaceAll("a-c", "b-c"));
});
