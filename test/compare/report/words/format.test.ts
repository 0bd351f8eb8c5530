import { expect, test } from "vitest";
import {
  formatCount,
  formatMs,
  formatNumber,
  formatShare,
  formatUsd,
  keepUnits,
  listed,
  plural,
} from "../../../../compare/report/words/format.ts";

test.each([
  [0, "0 ms"],
  [0.1234, "0.123 ms"],
  [14.04, "14 ms"],
  [999.4, "999 ms"],
  [999.6, "1 s"],
  [5_964, "5.96 s"],
  [310_000, "310 s"],
  [599_600, "9.99 min"],
  [5_400_000, "90 min"],
  [-3, "-3 ms"],
])("%d ms is %s", (ms, text) => expect(formatMs(ms)).toBe(text));

test.each([
  [0, "$0.00"],
  [0.01037, "$0.0104"],
  [0.1, "$0.10"],
  [0.5, "$0.50"],
  [177.255, "$177.26"],
  [12_345.6, "$12,346"],
])("%d dollars are %s", (usd, text) => expect(formatUsd(usd)).toBe(text));

test.each([
  [0, "0 %"],
  [0.0002, "<0.1 %"],
  [0.084, "8.4 %"],
  [0.9996, ">99.9 %"],
  [1, "100 %"],
])("a share of %d is %s: some is never shown as none or all", (share, text) => expect(formatShare(share)).toBe(text));

test("numbers have three digits that count, or are whole", () => {
  expect([0.001234, 7.2, 86.44, 1_234.5].map(formatNumber)).toEqual(["0.00123", "7.2", "86.4", "1,235"]);
  expect(formatCount(1_234_567)).toBe("1,234,567");
});

test("words around numbers", () => {
  expect([plural(1, "line"), plural(2_000, "line")]).toEqual(["1 line", "2,000 lines"]);
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed)).toEqual(["", "a", "a and b", "a, b and c"]);
});

test("a unit stays with its number, a word does not", () => {
  expect(keepUnits("down for 10 s, 5 sandboxes, 8 % of 5 MB")).toBe(
    "down for 10\u00a0s, 5 sandboxes, 8\u00a0% of 5\u00a0MB",
  );
});
