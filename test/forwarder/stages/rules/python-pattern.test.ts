import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decisionsOf } from "../../../../functions/forwarder/stages/rules/apply.ts";
import { compileRules } from "../../../../functions/forwarder/stages/rules/compile.ts";
import { rulesFromEnvironment } from "../../../../functions/forwarder/stages/rules/from-environment.ts";
import { RulesError } from "../../../../functions/forwarder/stages/rules/parse.ts";
import { patternFromPython } from "../../../../functions/forwarder/stages/rules/python-pattern.ts";
import { logEvent } from "../../../../functions/records/event.ts";

/** What Python itself finds in each line, newlines at their ends included. */
const PYTHON = JSON.parse(readFileSync(new URL("../../../fixtures/python-search.json", import.meta.url), "utf8")) as {
  lines: string[];
  patterns: { pattern: string; findsLines: number[] }[];
};

/** Of lines of one delivery, those that `EXCLUDE_AT_MATCH` drops. */
function excluded(pattern: string, lines: readonly string[]): number[] {
  const rules = rulesFromEnvironment({ EXCLUDE_AT_MATCH: pattern });
  if (rules instanceof RulesError) throw rules;
  const rule = compileRules(rules).for({ logGroup: "/aws/lambda/f", logStream: "s" });
  const events = lines.map((message, i) => logEvent({ id: String(i), timestamp: 0, message }));
  const fates = [...decisionsOf(rule, events)].map(({ fate }) => fate);
  return fates.flatMap((fate, i) => (fate === "filtered" ? [i] : []));
}

describe("a pattern of Python's", () => {
  test.each(PYTHON.patterns)("drops the lines in which Python finds it: $pattern", ({ pattern, findsLines }) => {
    expect(excluded(pattern, PYTHON.lines)).toEqual(findsLines);
  });

  test("has lines that it finds and lines that it does not, in the table", () => {
    const found = PYTHON.patterns.filter(({ findsLines }) => findsLines.length > 0);
    expect(found.length).toBeGreaterThan(PYTHON.patterns.length * 0.9);
    expect(PYTHON.patterns.every(({ findsLines }) => findsLines.length < PYTHON.lines.length)).toBe(true);
  });

  test("stands for any text, once Python's re.escape is through with it", () => {
    const escapedInPython = (text: string) => text.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, "\\$&");
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.string(), (text, around) => {
        // A line's own last newline is no part of it.
        fc.pre(!/[\r\n]$/.test(text) && !around.includes(text));
        const dropped = excluded(escapedInPython(text), [`${around}${text}`, around]);
        expect(dropped).toEqual([0]);
      }),
    );
  });
});

test.each([
  ["a(?=b)", "looks ahead or behind"],
  ["(?<!a)b", "looks ahead or behind"],
  ["(a)\\1", "refers back"],
  ["(?P<x>a)(?P=x)", "refers back"],
  ["(a)?(?(1)b|c)", "whether a group matched"],
  ["(?>a+)b", "atomic group"],
  ["a*+b", "possessive quantifier"],
  ["a{1,2}+b", "possessive quantifier"],
  ["(?x) a b", "flag x or L"],
  ["(?a:\\w)", "flags a, u, L and x"],
  ["\\q", "an escape that Python does not know"],
  ["\\N{EM DASH}", "an escape that"],
  ["\\x4", "has \\x"],
  ["a\\", "ends with a \\"],
])("%s is refused, with what to do", (pattern, problem) => {
  expect(patternFromPython(pattern)).toContain(problem);
  expect(patternFromPython(pattern)).toMatch(/: \S+/);
});

test.each([
  ["ok\\Z", "ok\\z", ["\\Z is before a line's last newline here"]],
  ["\\bok", "\\bok", ["\\b takes letters beyond ASCII"]],
  ["(?a)\\bok", "\\bok", []],
  ["[\\W_]", "[\\W_]", ["\\W between [ and ]"]],
  ["ok$", "ok$", []],
])("%s says where it may find something else", (pattern, written, notes) => {
  const read = patternFromPython(pattern);
  expect(read).toEqual({ pattern: written, notes: notes.map((note) => expect.stringContaining(note)) });
});
