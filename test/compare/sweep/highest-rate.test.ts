import { expect, test } from "vitest";
import { type Cell, highestRate } from "../../../compare/sweep/highest-rate.ts";

const cell = (linesPerSecond: number, p99: number, lost = 0) =>
  ({ linesPerSecond, figures: { lost, latencyMs: { p99 } } }) as Cell;

test("all of them carried: the highest that was tried", () => {
  expect(highestRate([cell(100, 1_000), cell(1_000, 1_100)])).toEqual({ rate: 1_000 });
});

test("the last one before a loss, even if a higher one loses nothing by chance", () => {
  const cells = [cell(100, 1_000), cell(1_000, 1_000), cell(5_000, 1_000, 1), cell(10_000, 1_000)];
  expect(highestRate(cells)).toEqual({ rate: 1_000, because: "it loses lines" });
});

test("the last one before p99 is over twice that at the lowest rate", () => {
  const cells = [cell(100, 1_000), cell(1_000, 2_000), cell(5_000, 2_001)];
  expect(highestRate(cells)).toEqual({ rate: 1_000, because: "it is late" });
});

test("a void run is no evidence, for its rate and for those above", () => {
  const cells = [cell(100, 1_000), { linesPerSecond: 1_000 }, cell(5_000, 1_000)];
  expect(highestRate(cells)).toEqual({ rate: 100, because: "that run is void" });
  expect(highestRate([{ linesPerSecond: 100 }, cell(1_000, 1_000)])).toEqual({ because: "that run is void" });
});

test("none, if the lowest loses lines, or nothing came", () => {
  expect(highestRate([cell(100, 1_000, 5)])).toEqual({ because: "it loses lines" });
  expect(highestRate([{ linesPerSecond: 100, figures: { lost: 10 } }])).toEqual({ because: "it loses lines" });
  expect(highestRate([])).toEqual({});
});
