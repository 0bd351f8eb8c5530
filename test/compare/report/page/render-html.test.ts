import { describe, expect, test } from "vitest";
import { costOfResult } from "../../../../compare/cost/cost-of-result.ts";
import { html, trusted } from "../../../../compare/report/page/markup.ts";
import { renderHtml } from "../../../../compare/report/page/render-html.ts";
import { comparisonResult } from "../../../support/comparison-result.ts";
import {
  ALL_SILENT,
  NASTY,
  RECORDS,
  WITH_NASTY_TEXT,
  WITH_SILENT_PATH,
  WITHOUT_PHASES,
} from "../../../support/report-records.ts";

const whole = comparisonResult();
const page = renderHtml(whole, { cost: costOfResult(whole) });
/** What is between tags. */
const textOf = (markup: string) => markup.replace(/<style>[\s\S]*?<\/style>/g, "").replace(/<[^>]*>/g, " ");

test("markup escapes every value but markup", () => {
  const list = ["<", 2, html`<b>${'"'}</b>`, false, undefined] as const;
  expect(html`<i title="${"'&"}">${list}${trusted("<br>")}</i>`.text).toBe(
    '<i title="&#39;&amp;">&lt;2<b>&quot;</b><br></i>',
  );
});

describe.each(Object.entries(RECORDS))("%s", (_name, record) => {
  const report = renderHtml(record, { cost: costOfResult(record) });

  test("has no figure that is none, in text and in drawings", () => {
    expect(textOf(report)).not.toMatch(/NaN|undefined|null|Infinity|∞/);
    expect(report).not.toMatch(/="[^"]*(?:NaN|undefined|Infinity)/);
  });

  test("has each id once", () => {
    const ids = [...report.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});

test("is the same each time", () => {
  expect(renderHtml(whole, { cost: costOfResult(whole) })).toBe(page);
});

test("has all parts in order: what to take, findings, figures, warnings, charts, cost, modelled figures, environment", () => {
  const headings = [...page.matchAll(/<h2 id="([^"]+)"/g)].map(([, id]) => id);
  expect(headings).toEqual(["findings", "figures", "warnings", "loss", "phases", "cost", "modelled", "environment"]);
  expect(page.indexOf("Take Lambda if")).toBeLessThan(page.indexOf('id="findings"'));
  expect(page.indexOf("Lambda lost 0 of 7,500")).toBeLessThan(page.indexOf('id="figures"'));
});

test("every drawing has a role and tells its figures to who cannot see it", () => {
  const drawings = [...page.matchAll(/<svg [^>]*role="img"[^>]*>/g)].map(([text]) => text);
  expect(drawings).toHaveLength(2 + 1 + 7 * 3 + 2);
  for (const drawing of drawings) expect(drawing).toMatch(/aria-label="[^"]{40,}"/);
  expect(page).toContain("FireLens, as documented: p50 never, p99 never; 5,200 of 7,500 lost.");
  expect(page).toContain("FireLens, as documented 5,200 (69.3 %)");
  expect(page).toContain("Lambda: Driver wait 2.5 s, Ingestion 150 ms");
});

test("loads nothing and runs nothing", () => {
  expect(page).not.toMatch(/<script|<link rel="stylesheet"|@import|url\((?!#)|\bsrc=|\bon\w+=/);
  expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"');
});

test("text of a record can't become markup", () => {
  const nasty = renderHtml(WITH_NASTY_TEXT, { cost: costOfResult(WITH_NASTY_TEXT) });
  expect(nasty).not.toMatch(/<img/);
  expect(nasty).not.toContain(NASTY);
  expect(nasty.split("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;|").length).toBeGreaterThan(15);
});

test("measured, partly modelled and modelled lines differ in their dashes", () => {
  const curves = (markup: string) =>
    [
      ...markup.matchAll(
        /<path d="[^"]*" fill="none" stroke="var\(--path-(\d)\)"[^>]*?(?:stroke-dasharray="([\d,]+)")?[^>]*>/g,
      ),
    ].map(([text, path]) => `${path}: ${text.match(/stroke-dasharray="([^"]*)"/)?.[1] ?? "solid"}`);
  const drawn = new Set(curves(page.slice(page.indexOf('id="phases"'), page.indexOf('id="cost"'))));
  expect(drawn).toEqual(new Set(["1: 7,3", "2: solid", "3: solid"]));
  const cost = new Set(curves(page.slice(page.indexOf('id="cost"'))));
  expect(cost).toEqual(new Set(["1: 2,3", "2: 2,3", "3: 2,3", "4: 2,3", "5: 2,3"]));
  const modelled = renderHtml(RECORDS["modelled FireLens"] ?? whole);
  expect(new Set(curves(modelled))).toEqual(new Set(["1: 7,3", "2: 2,3", "3: 2,3"]));
});

test("modelled stages and counts of a model are striped, measured ones are not", () => {
  const stripes = (markup: string, label: string) => {
    const from = markup.indexOf(label);
    return markup.slice(from, markup.indexOf("</svg>", from)).match(/fill="url\(#[\w-]+-p\d+\)"/g)?.length ?? 0;
  };
  expect(stripes(page, "Steady load: mean time of a line in each stage")).toBe(3);
  expect(stripes(page, "Lines lost by phase and path")).toBe(0);
  const modelled = renderHtml(RECORDS["modelled FireLens"] ?? whole);
  expect(stripes(modelled, "Lines lost by phase and path")).toBeGreaterThan(0);
});

test("every bar of stages ends with the mean latency, the longest one, too", () => {
  const bars = (label: string) => {
    const from = page.indexOf(`aria-label="${label}: mean time`);
    return [...page.slice(from, page.indexOf("</svg>", from)).matchAll(/text-anchor="start"[^>]*>([^<]*)</g)].map(
      ([, text]) => text,
    );
  };
  for (const { title } of whole.phases) expect(bars(title), title).toHaveLength(3);
  expect(bars("Steady load")).toEqual(["~5.96 s", "517 ms", "516 ms"]);
});

test("a record without phases still has verdict, problem and environment", () => {
  const report = renderHtml(WITHOUT_PHASES);
  expect(report).toContain("Fluent Bit ended by itself with exit code 1.");
  expect(report).toContain("No phase ended, so there is nothing to compare.");
  expect(report).toContain("not yet (partial)");
  expect(report).not.toContain("<svg");
});

test("drawings that would be empty are sentences", () => {
  const nothing = renderHtml(ALL_SILENT);
  expect(nothing).toContain("None of 100 lines arrived on any path.");
  expect(nothing).toContain(">100 (100 %)</text>");
  expect(nothing).not.toContain("from when a line was due</text></svg>");
  const calm = renderHtml(comparisonResult({ phases: ["steady"] }));
  expect(calm).toContain("No path lost a line in any phase.");
});

test("a path that lost everything is drawn as a curve at zero, and its stages as none", () => {
  const report = renderHtml(WITH_SILENT_PATH);
  expect(report).toContain("FireLens, as documented: none arrived.");
  expect(report).toContain(">none arrived</text>");
  expect(report).toContain(">all lost</text>");
});

test("a void phase is marked in verdict, table and charts, and nothing of it is drawn", () => {
  const phases = whole.phases.map((phase) =>
    phase.id === "outage-60s" ? { ...phase, void: ["The generator was late."] } : phase,
  );
  const report = renderHtml({ ...whole, phases }, { cost: costOfResult({ ...whole, phases }) });
  expect(report).toContain(
    '<ul class="caveats"><li>“Intake down for 60\u00a0s” is void: The generator was late.</li></ul>',
  );
  expect(report).toContain(">Intake down for 60 s: void</th>");
  expect(report).toContain("<strong>Void</strong>: The generator was late.");
  expect(report).not.toMatch(/5,200|69\.3 %/);
  expect(report).not.toContain('aria-label="Intake down for 60 s: ');
});

test("what explains itself in the phases with a fault: lines before it wait into it", () => {
  expect(page.split("may wait into it,").length - 1).toBe(5);
});

test("twelve thousand lines on three paths in seven phases make a page below 600 kB", () => {
  const large = comparisonResult({ linesPerSecond: 600 });
  expect(large.phases.reduce((sum, { dueMs }) => sum + dueMs.length, 0)).toBeGreaterThan(7 * 12_000);
  const size = Buffer.byteLength(renderHtml(large, { cost: costOfResult(large) }));
  expect(size).toBeLessThan(600_000);
});
