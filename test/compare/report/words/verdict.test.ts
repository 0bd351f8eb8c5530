import { expect, test } from "vitest";
import { renderMarkdown } from "../../../../compare/report/markdown/render-markdown.ts";
import { advice } from "../../../../compare/report/words/advice.ts";
import { lossByFault, scorecard } from "../../../../compare/report/words/scorecard.ts";
import { caveats, findings } from "../../../../compare/report/words/verdict.ts";
import type { PathSamples, Result } from "../../../../compare/result.ts";
import { summarise } from "../../../../compare/stats/summarise.ts";
import { comparisonResult } from "../../../support/comparison-result.ts";
import {
  COUNTED_AT_DATADOG,
  KILLED,
  MODELLED,
  WITH_SILENT_PATH,
  WITHOUT_PHASES,
} from "../../../support/report-records.ts";

const say = (result: Result) => [...caveats(result, summarise(result)), ...findings(result, summarise(result))];

test("a run with losses: the worst phase, all phases, latency without faults, duplicates, limits", () => {
  expect(say(comparisonResult())).toEqual([
    "In “Intake down for 60 s”, Lambda lost 0 of 7,500 lines, FireLens as documented 5,200 and FireLens hardened 0.",
    "Over all 7 phases, Lambda lost 0 of 23,000 lines, FireLens as documented 7,772 and FireLens hardened 0.",
    "In “Steady load”, half of the lines sent arrived within 5.96 s on Lambda (partly modelled), 513 ms on FireLens as documented and 512 ms on FireLens hardened; 99 of 100 within 10.1 s on Lambda, 1 s on FireLens as documented and 1 s on FireLens hardened.",
    "Duplicates: Lambda 40 and FireLens hardened 3.",
    "FireLens as documented sent 9 of 153 requests over the intake's documented limits of 1,000 entries and 5 MB.",
  ]);
});

test("a run without loss says so", () => {
  const [loss, , duplicates] = say(comparisonResult({ phases: ["steady"], linesPerSecond: 5 }));
  expect(loss).toBe("No path lost a line: 100 lines each, in 1 phase.");
  expect(duplicates).toBe("No line arrived twice.");
});

test("what is not whole begins with that", () => {
  expect(say(WITHOUT_PHASES)).toEqual([
    "This run is not whole. Fluent Bit ended by itself with exit code 1.",
    "No phase ended, so there is nothing to compare.",
  ]);
  expect(say(KILLED)[0]).toMatch(/^This run had not ended when the record was written/);
});

test("a path that lost everything has no latency, and is named with its loss", () => {
  const [loss, latency] = say(WITH_SILENT_PATH);
  expect(loss).toContain("FireLens as documented 100");
  expect(latency).not.toContain("as documented");
});

test("modelled paths are named as such, for loss and for latency", () => {
  const [loss = "", , latency = ""] = say(MODELLED);
  expect(loss).toContain("FireLens as documented (modelled)");
  expect(loss).not.toContain("Lambda (");
  expect(latency).toContain("on Lambda (partly modelled)");
  expect(latency).toContain("on FireLens hardened (modelled)");
});

test("a loss that only a model had is marked wherever it is told", () => {
  const lost = (samples: PathSamples): PathSamples => ({
    ...samples,
    arrivedMs: samples.arrivedMs.map((arrived, line) => (line < 10 ? null : arrived)),
    lostInModel: 10,
  });
  const result = comparisonResult({ phases: ["outage-60s"] });
  const phases = result.phases.map((phase) => ({
    ...phase,
    paths: Object.fromEntries(
      Object.entries(phase.paths).map(([id, samples]) => [id, id === "lambda" ? lost(samples) : samples]),
    ),
  }));
  const record = { ...result, phases };
  const summary = summarise(record);
  expect(say(record)[0]).toContain("Lambda lost ~10 of 7,500 lines, FireLens as documented 5,200");
  const rows = scorecard(summary, undefined);
  expect(rows.map(lossByFault)[0]).toEqual(["~0.133 % Intake down for 60 s"]);
  expect(advice(rows, undefined, summary)[0]).toContain("It lost ~0.133 % in “Intake down for 60 s”, modelled.");
  expect(renderMarkdown(record)).toMatch(/Lambda \|.*~10 \(0\.133 %\)/);
});

test("counts at Datadog are a verdict of their own", () => {
  expect(say(COUNTED_AT_DATADOG)).toEqual([
    "Datadog shows 12,000 of 12,000 lines of Lambda and 11,340 of 12,000 lines of FireLens hardened.",
  ]);
});

test("lines in the store count as lost until they are replayed, and are told", () => {
  const whole = comparisonResult({ linesPerSecond: 5, phases: ["steady"] });
  const phases = whole.phases.map((phase) => {
    const { lambda } = phase.paths;
    if (!lambda?.usage.lambda) throw new Error("no Lambda in the record");
    const usage = { ...lambda.usage, lambda: { ...lambda.usage.lambda, storedLines: 10, replayedLines: 7 } };
    const arrivedMs = lambda.arrivedMs.map((at, line) => (line < 3 ? null : at));
    return { ...phase, paths: { ...phase.paths, lambda: { ...lambda, usage, arrivedMs } } };
  });
  expect(say({ ...whole, phases })).toContain(
    "3 lines of Lambda are in the store, not yet replayed: they count as lost here.",
  );
});

const voided = (...ids: string[]): Result => {
  const whole = comparisonResult();
  const phases = whole.phases.map((phase) =>
    ids.includes(phase.id) ? { ...phase, void: ["The generator was up to 7 s late."] } : phase,
  );
  return { ...whole, phases };
};

test("a void phase is told first, and nothing of it is a finding", () => {
  const [first, loss, over, latency] = say(voided("steady", "outage-60s"));
  expect(first).toBe("“Steady load” is void: The generator was up to 7 s late.");
  expect([loss, over, latency].join(" ")).not.toMatch(/5,200|Steady load/);
  expect(say(voided("steady", "outage-60s"))).toContainEqual(
    expect.stringMatching(/^Over all 5 phases that are not void, Lambda lost 0 of 13,500 lines/),
  );
});

test("if every phase is void there is nothing to compare", () => {
  const all = voided(...comparisonResult().phases.map(({ id }) => id));
  expect(say(all)).toHaveLength(8);
  expect(say(all).at(-1)).toBe("Every phase is void: there is nothing to compare.");
});
