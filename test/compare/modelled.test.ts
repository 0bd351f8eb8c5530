import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FIGURES, type FigureName, openModel, parseOverride } from "../../compare/modelled.ts";

test.each(Object.entries(FIGURES))("%s has a value, and a source to look it up in", (_name, { value, source }) => {
  expect(value).toBeGreaterThanOrEqual(0);
  expect(source).toMatch(/https:\/\/|\(20\d\d-\d\d\)|^assumed|the construct's default/);
});

test("a figure can be overridden, and the record says which were used and which of them were", () => {
  const model = openModel({ "ingestion.delayMs": 7 });
  expect(model.used()).toEqual([]);
  expect(model.get("ingestion.delayMs")).toBe(7);
  expect(model.get("driver.flushIntervalMs")).toBe(5_000);
  expect(model.used()).toMatchObject([
    { name: "ingestion.delayMs", value: 7, unit: "ms", overridden: true },
    { name: "driver.flushIntervalMs", value: 5_000, overridden: false },
  ]);
});

test.each<[string, { name: FigureName; value: number }]>([
  ["ingestion.delayMs=0", { name: "ingestion.delayMs", value: 0 }],
  ["cost.storageRatio=0.5", { name: "cost.storageRatio", value: 0.5 }],
])("%s is an override", (text, override) => {
  expect(parseOverride(text)).toEqual(override);
});

test.each([
  ["nothing=1", /"nothing" is no modelled figure; there are driver\.flushIntervalMs, /],
  ["toString=1", /"toString" is no modelled figure/],
  ["ingestion.delayMs", /ingestion\.delayMs must be a number from 0; it is ""/],
  ["ingestion.delayMs=-1", /must be a number from 0; it is "-1"/],
  ["ingestion.delayMs=fast", /must be a number from 0; it is "fast"/],
])("%s is none, and it says why", (text, problem) => {
  expect(parseOverride(text)).toMatch(problem);
});

test("the page on the comparison shows every figure that a local run takes for granted, as it is", () => {
  const page = readFileSync(new URL("../../docs/comparison.md", import.meta.url), "utf8");
  const shown = [...page.matchAll(/^\| `(\w+\.[\w.]+)` \| ([\d,.]+)/gm)].map(([, name, value = ""]) => [
    name,
    Number(value.replaceAll(",", "")),
  ]);
  const taken = Object.entries(FIGURES).filter(([name]) => !name.startsWith("cost."));
  expect(shown).toEqual(taken.map(([name, { value }]) => [name, value]));
});
