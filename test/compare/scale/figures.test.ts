import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openFigures, SCALE_FIGURES, type ScaleFigure, type ScaleFigureName } from "../../../compare/scale/figures.ts";
import { LIMITS } from "../../../compare/scale/limits.ts";
import { anchorsOf, PAGES } from "../../docs/markdown.ts";

const figures = Object.entries<ScaleFigure>(SCALE_FIGURES);

describe.each(figures)("%s", (_name, { value, basis, source, date, note }) => {
  test("has a value, a date, and says what it is", () => {
    expect(value).toBeGreaterThan(0);
    expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(note).toBeTruthy();
  });

  test("is AWS's, with its page, or ours, with a page and heading that are there", () => {
    if (basis === "quota" || basis === "fixed") {
      expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
      return;
    }
    const [path, anchor = ""] = source.split("#");
    const page = PAGES.find((one) => one.path === path);
    expect(page && anchorsOf(page).has(anchor), source).toBe(true);
  });
});

test("the replayer's figures are those of docs/benchmarks.md", () => {
  const text = readFileSync(new URL("../../../docs/benchmarks.md", import.meta.url), "utf8");
  for (const entries of ["10", "100", "1000"] as const) {
    const shown = Number(entries).toLocaleString("en-US");
    const row = new RegExp(`^\\| ${shown}(?:,[^|]*)? \\| ([\\d,]+) \\| [^|]* for [^|]* \\| ([\\d.]+) \\|`, "m").exec(
      text,
    );
    const [, perMinute = "", cpuMs = ""] = row ?? [];
    const figure = (name: ScaleFigureName) => SCALE_FIGURES[name].value;
    expect(Number(perMinute.replaceAll(",", "")), entries).toBe(figure(`replayer.objectsPerMinute.${entries}`));
    expect(Number(cpuMs), entries).toBe(figure(`replayer.cpuMs.${entries}`));
  }
});

test("every limit rests on figures that can be looked up", () => {
  for (const { figures: names, beyond } of Object.values(LIMITS)) {
    expect(beyond).not.toBe("");
    for (const name of names) expect(SCALE_FIGURES[name].source).not.toBe("");
  }
});

test("an override stands in for a figure, and for no other", () => {
  const raised = openFigures({ "lambda.concurrency": 5_000 });
  expect([raised("lambda.concurrency"), raised("lambda.unreserved")]).toEqual([5_000, 100]);
});
