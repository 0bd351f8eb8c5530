import { describe, expect, test } from "vitest";
import { costOfResult } from "../../../../compare/cost/cost-of-result.ts";
import { renderTerminal } from "../../../../compare/report/terminal/render-terminal.ts";
import { comparisonResult } from "../../../support/comparison-result.ts";
import { COUNTED_AT_DATADOG, MODELLED, RECORDS } from "../../../support/report-records.ts";

const whole = comparisonResult();
const text = renderTerminal(whole, { cost: costOfResult(whole) });
/** The first line that begins with this, its columns apart. */
const cellsOf = (report: string, start: string) =>
  report
    .split("\n")
    .find((line) => line.trim().startsWith(start))
    ?.trim()
    .slice(start.length)
    .trim()
    .split(/ +(?=[~\d–]|void|never)/);

describe.each(Object.entries(RECORDS))("%s", (_name, record) => {
  test.each([false, true])("has no figure that is none, with cost: %s", (withCost) => {
    const report = renderTerminal(record, withCost ? { cost: costOfResult(record) } : {});
    expect(report).not.toMatch(/NaN|undefined|null|Infinity|∞/);
    expect(report.length).toBeGreaterThan(40);
  });
});

/** The part from this line on. */
const from = (report: string, start: string) => report.slice(report.indexOf(start));

test("a row has how late lines came and what was lost; times of a path with modelled stages are marked", () => {
  const latency = from(text, "Steady load, 2,000 lines");
  expect(cellsOf(latency, "Lambda  ")).toEqual(["~5.96 s", "~10.1 s", "0", "~10.3 s", "0"]);
  expect(cellsOf(latency, "FireLens, hardened")).toEqual(["512 ms", "1 s", "0", "1.01 s", "0"]);
  const outage = from(text, "Intake down for 60 s, ");
  expect(cellsOf(outage, "FireLens, as documented")).toEqual(["never", "never", "5,200 (69.3 %)", "12.7 s", "0"]);
});

test("each path at a glance: latency, the most that was lost, dollars, memory in the task", () => {
  const row = (title: string) =>
    from(text, "At a glance")
      .split("\n")
      .find((line) => line.startsWith(title)) ?? "";
  expect(row("Lambda")).toMatch(/ ~5\.96 s ~10\.1 s +0 +~\$\d+ +~\$[\d.]+ +0$/);
  expect(row("FireLens, as documented")).toMatch(/ 513 ms +1 s +84 % +~\$[\d.]+–\d+ .* 50$/);
  expect(row("FireLens, hardened")).toMatch(/ 512 ms +1 s +0 +~\$[\d.]+–[\d.]+ .* 128$/);
});

test("nothing of a void phase is told but that it is void", () => {
  const phases = whole.phases.map((phase) =>
    phase.id === "steady" ? { ...phase, void: ["The recorder was late."] } : phase,
  );
  const report = renderTerminal({ ...whole, phases }, { cost: costOfResult(whole) });
  expect(report.startsWith("“Steady load” is void: The recorder was late.")).toBe(true);
  expect(cellsOf(from(report, "Steady load, 2,000 lines: void"), "FireLens, hardened")).toEqual(Array(5).fill("void"));
  expect(report).not.toContain("5.96 s");
});

test("what a model counted is marked, too", () => {
  const modelled = renderTerminal(MODELLED);
  expect(cellsOf(from(modelled, "Steady load, 400 lines"), "FireLens, hardened")?.slice(0, 3)).toEqual([
    "~513 ms",
    "~1.01 s",
    "~0",
  ]);
  expect(modelled).toContain("FireLens, hardened: modelled");
  expect(text).toContain("Lambda: partly modelled (Driver wait; Ingestion; Subscription)");
  expect(text).toContain("FireLens, hardened: measured");
});

test("cost: dollars per GB of each path, of FireLens both ways; uncompressed requests cost more", () => {
  const usage = text.slice(text.indexOf("\nUsage  "));
  const [documented, hardened] = ["FireLens, as documented", "FireLens, hardened"].map((path) =>
    (usage.split("\n").find((line) => line.startsWith(path)) ?? "")
      .match(/~\$([\d.]+)–([\d.]+)$/)
      ?.slice(1)
      .map(Number),
  );
  const [inSlack = 0, nextSize = 0] = hardened ?? [];
  expect(inSlack).toBeGreaterThan(0);
  expect(nextSize).toBeGreaterThan(inSlack);
  expect(documented?.[0]).toBeGreaterThan(inSlack);
  expect(renderTerminal(whole)).not.toContain("$");
});

test("warnings say what they are about", () => {
  expect(text).toContain("! Burst: The generator was up to 120 ms late; use fewer lines a second.");
  expect(text).toContain("! Lambda: What AWS does before the function is modelled, not measured.");
});

test("percentiles of too few lines have a star, and the star is explained only then", () => {
  const few = renderTerminal(comparisonResult({ linesPerSecond: 2, phases: ["steady"] }));
  expect(cellsOf(from(few, "Steady load, "), "FireLens, hardened")?.[1]).toMatch(/s\*$/);
  expect(few).toContain("* too few lines for this percentile");
  expect(text).not.toContain("* too few");
});

test("counts at Datadog are a table", () => {
  const report = renderTerminal(COUNTED_AT_DATADOG);
  expect(cellsOf(report, "FireLens, hardened  ")).toEqual(["12,000", "11,340", "660", "0"]);
});

test("fits on a screen of 80 columns, and has no escape unless asked", () => {
  const long = whole.paths.map((path) => ({ ...path, title: `${path.title}, by the manual of somebody else` }));
  for (const report of [text, renderTerminal({ ...whole, paths: long }, { cost: costOfResult(whole) })]) {
    expect(report.split("\n").filter((line) => line.length > 80)).toEqual([]);
  }
  const sequence = "\u001b[";
  expect(text).not.toContain(sequence);
  expect(renderTerminal(whole, { color: true })).toContain(sequence);
});
