import { expect, test } from "vitest";
import { completeInput } from "../../../compare/cost/complete-input.ts";
import type { CostInput } from "../../../compare/cost/types.ts";
import { usageFromResult } from "../../../compare/cost/usage-from-result.ts";
import { openModel } from "../../../compare/modelled.ts";
import type { PathSamples, Phase, Result, Usage } from "../../../compare/result.ts";
import { AS_DOCUMENTED, comparisonResult, HARDENED, LAMBDA } from "../../support/comparison-result.ts";

const result = comparisonResult();
const calm = comparisonResult({ phases: ["steady", "burst"] });
/** Its generator was never late. */
const punctual: Result = { ...result, warnings: [] };

/** The record with the usage of a path changed, in all phases. */
function withUsage(from: Result, path: string, change: (usage: Usage) => Partial<Usage>): Result {
  const changed = (samples: PathSamples): PathSamples => ({
    ...samples,
    usage: { ...samples.usage, ...change(samples.usage) },
  });
  return {
    ...from,
    phases: from.phases.map((phase) => ({
      ...phase,
      paths: Object.fromEntries(
        Object.entries(phase.paths).map(([id, samples]) => [id, id === path ? changed(samples) : samples]),
      ),
    })),
  };
}

test("phases with a fault count for nothing", () => {
  expect(result.phases.length).toBeGreaterThan(2);
  expect(usageFromResult(result)).toEqual(usageFromResult(calm));
});

test("sizes and ratios are those of all lines of the calm phases", () => {
  // 2,000 and 4,000 lines of 200 bytes; 90 bytes a line on the wire, 86 with Fluent Bit.
  const usage = usageFromResult(result);
  expect(usage.lineBytes).toBe(200);
  expect(usage.wireRatioLambda).toBeCloseTo(0.45, 9);
  expect(usage.wireRatioFirelens).toBeCloseTo(0.43, 9);
  // 650 bytes an entry.
  expect([usage.entryBytesLambda, usage.entryBytesFirelens]).toEqual([450, 450]);
  expect(usage.forwarderMemoryMb).toBe(512);
  expect(usage.profile).toBe("hardened");
  // What a quiet run took is not what must be there in an outage.
  expect(usage).not.toHaveProperty("sidecarMemoryMb");
  // It depends on how much is written.
  expect(usage).not.toHaveProperty("batchEvents");
});

test("the record's batches come to the time that was billed, cold starts apart, and a real intake's answer", () => {
  const usage = usageFromResult(punctual);
  // 5 and 3 invocations, 8 × 35 + 2 × 240 ms, and the two cold starts took 240 each.
  expect(usage.billedMsPerColdStart).toBe(240);
  const intakeMs = openModel().get("cost.intakeMs");
  const perDelivery = (usage.billedMsPerDelivery ?? 0) - intakeMs;
  expect(8 * perDelivery + 6 * (usage.billedMsPerThousandEvents ?? 0)).toBeCloseTo(8 * 35, 6);
  const { billedMsPerDelivery, billedMsPerThousandEvents } = completeInput();
  expect(perDelivery / (usage.billedMsPerThousandEvents ?? 0)).toBeCloseTo(
    (billedMsPerDelivery - intakeMs) / billedMsPerThousandEvents,
    9,
  );
});

test("in AWS the intake's answer is part of what was measured, and the region is known", () => {
  const inAws: Result = { ...punctual, where: "aws", environment: { ...result.environment, region: "eu-west-1" } };
  const usage = usageFromResult(inAws);
  expect(usage.region).toBe("eu-west-1");
  expect(8 * (usage.billedMsPerDelivery ?? 0) + 6 * (usage.billedMsPerThousandEvents ?? 0)).toBeCloseTo(8 * 35, 6);
});

test("without the hardened profile, the other one counts, with the memory that it reserves", () => {
  const usage = usageFromResult({ ...result, paths: [LAMBDA, AS_DOCUMENTED] });
  expect(usage.wireRatioFirelens).toBeCloseTo(3.2, 9);
  expect(usage.profile).toBe("as-documented");
  expect(completeInput(usage).sidecarMemoryMb).toBe(50);
});

test("nothing of a void phase counts", () => {
  const [steady, burst] = calm.phases as [Phase, Phase];
  const measured = usageFromResult({ ...calm, phases: [steady] });
  expect(usageFromResult({ ...calm, phases: [steady, { ...burst, void: ["The generator was 7 s late."] }] })).toEqual(
    measured,
  );
  expect(
    usageFromResult({
      ...calm,
      phases: [
        { ...steady, void: ["x"] },
        { ...burst, void: ["x"] },
      ],
    }),
  ).toEqual({ profile: "hardened" });
});

test("times of a phase in which the machine was late don't count, sizes do", () => {
  const late = { kind: "machine-noisy", message: "late" } as const;
  const noisy = usageFromResult({ ...calm, warnings: [late] });
  expect(noisy).toMatchObject({ lineBytes: 200, wireRatioLambda: 0.45 });
  for (const name of [
    "billedMsPerDelivery",
    "billedMsPerThousandEvents",
    "billedMsPerColdStart",
    "forwarderMemoryMb",
  ]) {
    expect(noisy).not.toHaveProperty(name);
  }
  const [steady] = calm.phases as [Phase];
  const times = ({ billedMsPerDelivery, billedMsPerColdStart }: Partial<CostInput>) => [
    billedMsPerDelivery,
    billedMsPerColdStart,
  ];
  // The record's own warning is of the burst.
  expect(calm.warnings).toContainEqual(expect.objectContaining({ kind: "generator-late", phase: "burst" }));
  expect(times(usageFromResult(calm))).toEqual(times(usageFromResult({ ...calm, phases: [steady], warnings: [] })));
});

test("a modelled FireLens measured nothing", () => {
  const paths = [LAMBDA, { ...HARDENED, basis: "modelled" as const }];
  const usage = usageFromResult({ ...result, paths });
  expect(usage).not.toHaveProperty("wireRatioFirelens");
});

test.each<[string, Result]>([
  ["no phase", { ...result, phases: [] }],
  ["only phases with faults", comparisonResult({ phases: ["outage-10s"] })],
])("a record with %s gives no numbers", (_what, record) => {
  expect(usageFromResult(record)).toEqual({ profile: "hardened" });
  expect(usageFromResult({ ...record, paths: [] })).toEqual({});
});

test("nothing arrived, nothing was invoked: what can't be known is left out", () => {
  const empty = withUsage(calm, "lambda", () => ({ wireBytes: 0, lambda: undefined }));
  expect(usageFromResult(empty)).toMatchObject({ lineBytes: 200 });
  const { profile: _profile, ...numbers } = usageFromResult(empty);
  for (const value of Object.values(numbers)) expect(value).toSatisfy(Number.isFinite);
  expect(usageFromResult(empty)).not.toHaveProperty("billedMsPerDelivery");
});
