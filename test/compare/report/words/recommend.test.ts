import { expect, test } from "vitest";
import { compareCosts } from "../../../../compare/cost/compare-costs.ts";
import type { CostInput } from "../../../../compare/cost/types.ts";
import { recommend } from "../../../../compare/report/words/recommend.ts";
import { ROUND_INPUT, ROUND_PRICES } from "../../cost/round-prices.ts";

const recommended = (change: Partial<CostInput>) =>
  recommend(compareCosts({ ...ROUND_INPUT, ...change }, ROUND_PRICES));

test("much volume on few tasks: FireLens, and what makes Lambda dear", () => {
  const { path, reason } = recommended({});
  expect(path).toBe("firelens-next-size");
  expect(reason).toMatch(/^FireLens is the cheaper one even where its sidecar makes every task 0\.5 vCPU and 2 GB/);
  expect(reason).toContain("instead of 0.5 vCPU and 1 GB: $23.52 a month");
  expect(reason).toContain("CloudWatch's ingestion alone is $371.99.");
  expect(reason).toMatch(/Below [\d.]+ GB per task and month it is Lambda, above it FireLens\./);
});

test("little volume on many tasks: Lambda, and what FireLens would be if it had room", () => {
  const { path, reason } = recommended({ gbPerDay: 1, tasks: 100 });
  expect(path).toBe("lambda");
  expect(reason).toMatch(/^Lambda is the cheaper one for tasks without room to spare: \$\d/);
  expect(reason).toContain("If the tasks have 128 MB to spare, FireLens comes to $0.41 a month.");
});

test("a sidecar that fits is said to", () => {
  expect(recommended({ sidecarMemoryMb: 0 }).reason).toContain("needs no larger task than 0.5 vCPU and 1 GB");
});

test("CPU that the sidecar needs is part of the condition", () => {
  expect(recommended({ sidecarVcpu: 0.25 }).reason).toContain("If the tasks have 0.25 vCPU and 128 MB to spare");
});

test("Firehose is mentioned where it would be the cheapest, not recommended", () => {
  const { path, reason } = recommended({ gbPerDay: 2, tasks: 100, batchEvents: 20 });
  expect(path).not.toBe("firehose");
  expect(reason).toMatch(/Firehose would be \$[\d.]+ a month; only its price is compared here\./);
});
