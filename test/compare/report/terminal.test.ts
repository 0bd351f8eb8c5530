import { describe, expect, test } from "vitest";
import { costOfResult } from "../../../compare/report/path-costs.ts";
import { renderTerminal } from "../../../compare/report/terminal.ts";
import { comparisonResult } from "../../support/comparison-result.ts";
import { COUNTED_AT_DATADOG, MODELLED, RECORDS } from "../../support/report-records.ts";

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
    .split(/ {2,}/);

describe.each(Object.entries(RECORDS))("%s", (_name, record) => {
  test.each([false, true])("has no figure that is none, with cost: %s", (withCost) => {
    const report = renderTerminal(record, withCost ? { cost: costOfResult(record) } : {});
    expect(report).not.toMatch(/NaN|undefined|null|Infinity|∞/);
    expect(report.length).toBeGreaterThan(40);
  });
});

test("a row has what was sent, lost and how late it came; times of a path with modelled stages are marked", () => {
  expect(cellsOf(text, "Lambda  ")).toEqual(["2,000", "0", "0", "~5.96 s", "~9.31 s", "~10.1 s", "~10.3 s"]);
  expect(cellsOf(text, "FireLens, hardened")).toEqual(["2,000", "0", "0", "512 ms", "963 ms", "1 s", "1.01 s"]);
  const outage = text.slice(text.indexOf("\nIntake down for 60 s\n"));
  expect(cellsOf(outage, "FireLens, as documented")?.slice(0, 4)).toEqual(["7,500", "5,200", "69.3 %", "0"]);
});

test("what a model counted is marked, too", () => {
  const modelled = renderTerminal(MODELLED);
  expect(cellsOf(modelled, "FireLens, hardened")?.slice(0, 4)).toEqual(["~400", "~0", "~0", "~513 ms"]);
  expect(modelled).toContain("FireLens, hardened: modelled");
  expect(text).toContain("Lambda: partly modelled (Driver wait; Ingestion; Subscription)");
  expect(text).toContain("FireLens, hardened: measured");
});

test("stages of Lambda are marked one by one", () => {
  expect(cellsOf(text, "Driver wait")?.[0]).toBe("~2.5 s");
  expect(cellsOf(text, "Forwarder")?.[0]).toBe("14 ms");
});

test("cost: dollars per GB of each path, of FireLens both ways; uncompressed requests cost more", () => {
  const usage = text.slice(text.indexOf("Over all phases   "));
  const [documented, hardened] = ["FireLens, as documented", "FireLens, hardened"].map((path) =>
    (usage.split("\n").find((line) => line.startsWith(path)) ?? "")
      .match(/~\$([\d.]+)–\$([\d.]+)$/)
      ?.slice(1)
      .map(Number),
  );
  const [inSlack = 0, nextSize = 0] = hardened ?? [];
  expect(inSlack).toBeGreaterThan(0);
  expect(nextSize).toBeGreaterThan(inSlack);
  expect(documented?.[0]).toBeGreaterThan(inSlack);
  expect(text).toMatch(/^Modelled cost +\$ per GB +\$ per$/m);
  expect(renderTerminal(whole)).not.toContain("$");
});

test("warnings say what they are about", () => {
  expect(text).toContain("! Burst: The generator was up to 120 ms late; use fewer lines a second.");
  expect(text).toContain("! Lambda: What AWS does before the function is modelled, not measured.");
});

test("percentiles of too few lines have a star, and the star is explained only then", () => {
  const few = renderTerminal(comparisonResult({ linesPerSecond: 2, phases: ["steady"] }));
  expect(cellsOf(few, "FireLens, hardened")?.[5]).toMatch(/s\*$/);
  expect(few).toContain("* too few lines for this percentile");
  expect(text).not.toContain("* too few");
});

test("counts at Datadog are a table", () => {
  const report = renderTerminal(COUNTED_AT_DATADOG);
  expect(cellsOf(report, "FireLens, hardened  ")).toEqual(["12,000", "11,340", "660", "0"]);
});

test("fits on a screen of 100 columns but for the table of usage with dollars, and has no escape unless asked", () => {
  const wide = text.split("\n").filter((line) => line.length > 104);
  expect(wide).toEqual([]);
  const sequence = "\u001b[";
  expect(text).not.toContain(sequence);
  expect(renderTerminal(whole, { color: true })).toContain(sequence);
});
