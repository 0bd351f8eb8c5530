import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, test } from "vitest";
import { openRuleBudget } from "../../../../functions/forwarder/stages/rules/budget.ts";
import { compilePattern, literalStart, type Pattern } from "../../../../functions/forwarder/stages/rules/pattern.ts";
import { globMatcher } from "../../../../functions/records/glob.ts";

test.each(["(a+)+$", "(a|aa)+$", "(.*a){20}$", "(x+x+)+y", "^(\\w+\\s?)*$"])(
  "the catastrophic %s ends on a long text",
  (source) => {
    const pattern = compilePattern(source) as Pattern;
    for (const text of ["a", "x", "ab"]) expect(pattern.test(`${text.repeat(200_000)}!`, openRuleBudget())).toBe(false);
  },
);

test.each([
  ["", /is empty/],
  ["(", /is not RE2 syntax \(missing closing \)/],
  ["(?=a)b", /looks ahead or behind/],
  ["(?<!a)b", /looks ahead or behind/],
  ["(a)\\1", /refers back/],
  ["(?:a{1000}|b{1000}|c{1000})", /is too large/],
])("the pattern %j is refused", (source, reason) => {
  expect(compilePattern(source)).toMatch(reason);
});

test.each([
  ["/ecs/*", "/ecs/a/b", true],
  ["/ecs/**", "/ecs/a/b", true],
  ["/ecs/*", "/ecs", false],
  ["*", "", true],
  ["*-prod", "/ecs/x-prod", true],
  ["*-prod", "/ecs/x-prod2", false],
  ["/a*b*c", "/aXbYc", true],
  ["/a*b*c", "/acb", false],
  ["ab*ba", "aba", false],
  ["a.c", "abc", false],
  ["/ecs/x", "/ecs/x", true],
  ["/ecs/x", "/ecs/xy", false],
])("glob %s on %s", (glob, name, matches) => {
  expect(globMatcher(glob)(name)).toBe(matches);
});

test("a glob of many stars ends on a long name", () => {
  expect(globMatcher("*a".repeat(200).concat("b"))("a".repeat(100_000))).toBe(false);
});

describe("literalStart", () => {
  test.each([
    ["password=\\S+", "password="],
    ["GET /health", "GET /health"],
    ["ab*c", "a"],
    ["ab?", "a"],
    ["ab{0,3}", "a"],
    ["ab(?i)CD", "a"],
    ["ab(?i)*", "a"],
    ["ab(CD)*", "ab"],
    ["(?i)ab", ""],
    ["ab|cd", ""],
    ["^ab", ""],
    ["[ab]c", ""],
  ])("of %s is %j", (source, literal) => expect(literalStart(source)).toBe(literal));

  test("changes no match", () => {
    const part = fc.constantFrom(
      "a",
      "b",
      "=",
      " ",
      "*",
      "?",
      "+",
      "{0,2}",
      "|",
      "(?i)",
      "[ab]",
      "(a)",
      "\\Q\\E",
      "^",
      "$",
      ".",
      "\\w",
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }),
        fc.string({ unit: fc.constantFrom("a", "b", "A", "=", " ") }),
        (parts, text) => {
          const pattern = compilePattern(parts.join(""));
          fc.pre(typeof pattern !== "string");
          const engine = RE2JS.compile(parts.join(""));
          expect(pattern.test(text, openRuleBudget())).toBe(engine.test(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
