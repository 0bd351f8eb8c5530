import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CHART_FILE, DOCS_KIND, docsChart, docsPage, PAGE_FILE } from "../../../compare/scale/docs.ts";
import { regionsOf } from "../../../compare/scale/regions.ts";
import { scaleModel } from "./scale-model.ts";

const scale = scaleModel();
const textOf = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");

test("the page's tables are up to date; if not, npm run docs", () => {
  const text = textOf(PAGE_FILE);
  expect(docsPage(text, scale)).toBe(text);
});

test("the chart is up to date; if not, npm run docs", () => {
  expect(docsChart(scale)).toBe(textOf(CHART_FILE));
});

test("a page without a place for the tables is an error", () => {
  expect(() => docsPage("# Volume\n", scale)).toThrow("docs/volume.md has no <!-- scale: begin -->");
});

test("the chart names every region in it, and takes nothing from outside", () => {
  const chart = docsChart(scale);
  const words = new Set(
    regionsOf(DOCS_KIND, scale)
      .rows.flat()
      .map(({ word }) => word),
  );
  expect([...words].toSorted()).toEqual(["direct", "kinesis", "more log streams", "several accounts"]);
  for (const word of ["direct", "kinesis", "several accounts"]) expect(chart).toContain(`class="word">${word}<`);
  expect(chart).not.toMatch(/NaN|Infinity|undefined|href|url\(/);
});
