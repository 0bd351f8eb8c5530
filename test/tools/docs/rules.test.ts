import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DETECTORS, WITH_LOOKALIKES } from "../../../functions/forwarder/stages/rules/detectors.ts";
import { parseRules, RulesError } from "../../../functions/forwarder/stages/rules/parse.ts";
import { DOCKER_PIECE_BYTES } from "../../../functions/forwarder/stages/rules/pieces.ts";
import { type FieldRow, RULE_FIELDS, type Value } from "../../../functions/forwarder/stages/rules/rule-fields.ts";
import { DETECTOR_NAMES, DETECTORS_WITH_LOOKALIKES } from "../../../functions/forwarder/stages/rules/types.ts";
import { DETECTOR_WORDS } from "../../../tools/docs/detector-words.ts";
import { fieldsOf, wordsOf } from "../../../tools/docs/rule-words.ts";
import { rulesSchema } from "../../../tools/docs/rules-schema.ts";
import { blocksOf, PAGES } from "../../docs/markdown.ts";

const validate = new Ajv({ allErrors: true }).compile(rulesSchema());

describe.each(DETECTOR_NAMES)("the page says of %s", (name) => {
  const { suchAs, butNot } = DETECTOR_WORDS[name];

  test.each(suchAs)("that it finds something in %s", (text) => {
    expect(DETECTORS[name](text)).not.toEqual([]);
  });

  test.each(butNot)("that it leaves %s", (text) => {
    expect(DETECTORS[name](text)).toEqual([]);
  });
});

test.each(DETECTORS_WITH_LOOKALIKES)("of what %s leaves, lookalikes takes some", (name) => {
  const taken = DETECTOR_WORDS[name].butNot.filter((text) => WITH_LOOKALIKES[name]?.(text).length);
  expect(taken).not.toEqual([]);
});

describe("what the page says of a field", () => {
  const member = { name: "maxLines", required: false, type: "number", means: "How many.", otherwise: "500" };
  const row: FieldRow = { kind: "wholeNumber", min: 1, max: 10_000, default: 500 };

  test("has the default that is used", () => {
    expect(wordsOf("Multiline", member, row)).toMatchObject({ field: "maxLines", otherwise: "500" });
    expect(() => wordsOf("Multiline", member, { ...row, default: 1_000 })).toThrow("must have @default 1,000");
    expect(() => wordsOf("Multiline", member, { ...row, defaultWithPieces: 7 })).toThrow("must have @default 7");
    expect(() => wordsOf("Multiline", member, { kind: "flag", default: true })).toThrow("must have @default `true`");
  });

  test("is there, and what happens without it", () => {
    expect(() => wordsOf("Multiline", { ...member, means: "" }, row)).toThrow("maxLines in Multiline says nothing");
    expect(() => wordsOf("Multiline", { ...member, otherwise: "" }, row)).toThrow("needs a @default");
  });

  test("has the size of Docker's pieces", () => {
    const pieces = fieldsOf("multiline").find(({ field }) => field === "pieces");
    expect(pieces?.means).toContain(`\`true\` is ${DOCKER_PIECE_BYTES.toLocaleString("en")}`);
  });
});

test("what docs/rules.md shows as rules is right, for an editor and for the forwarder", () => {
  const blocks = PAGES.filter(({ path }) => path === "docs/rules.md").flatMap(blocksOf);
  const shown = blocks.filter(({ language }) => language === "json").map(({ code }) => JSON.parse(code));
  expect(shown.map((json) => "rules" in json)).toEqual([true, false]);
  for (const json of shown) {
    const file = "rules" in json ? json : { rules: [json] };
    expect(validate(file), JSON.stringify(validate.errors)).toBe(true);
    expect(parseRules(file)).toBe(file);
  }
});

test.each<[what: string, field: object]>([
  ["a slip of the pen", { exlude: "a" }],
  ["an empty text", { service: "" }],
  ["a number as a text", { sample: { rate: "0.1" } }],
  ["a share above 1", { sample: { rate: 10 } }],
  ["half a line", { multiline: { startPattern: "a", maxLines: 1.5 } }],
  ["nothing to join by", { multiline: { pieces: false } }],
  ["no list", { redact: "email" }],
  ["a detector that nobody knows", { redact: [{ detector: "phone" }] }],
  ["a detector and a pattern in one", { redact: [{ detector: "email", pattern: "a" }] }],
  ["another name to look in", { capture: [{ from: "group", pattern: "(?<a>b)" }] }],
  ["the schema's path within a rule", { $schema: "x" }],
])("the schema refuses %s, as the forwarder does", (_, field) => {
  const file = { rules: [{ logGroup: "*", ...field }] };
  expect(validate(file)).toBe(false);
  expect(parseRules(file)).toBeInstanceOf(RulesError);
});

test("the schema refuses exactly the files in which a field is missing, unknown or of another form", () => {
  const ofForm = / is missing: | is not known: | must be (?!more than)/;
  let [taken, refused] = [0, 0];
  fc.assert(
    fc.property(objectNear("file"), (file) => {
      const parsed = parseRules(file);
      const wrong = parsed instanceof RulesError ? parsed.problems.filter((problem) => ofForm.test(problem)) : [];
      expect(validate(file), wrong.join("\n")).toBe(wrong.length === 0);
      if (wrong.length === 0) taken += 1;
      else refused += 1;
    }),
    { numRuns: 3_000 },
  );
  // Else it would say nothing.
  expect(Math.min(taken, refused)).toBeGreaterThan(300);
});

/** One of forty is of another form. */
function near(right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 39, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });
}

function objectNear(name: keyof typeof RULE_FIELDS): fc.Arbitrary<unknown> {
  const rows = Object.entries<FieldRow>(RULE_FIELDS[name]);
  const fields = rows.map(([field, row]) => {
    const value = near(valueNear(row));
    const there = row.required || row.requiredWithout ? 30 : 1;
    const arbitrary = value.map((one): object => ({ [field]: one }));
    return fc.oneof({ weight: there, arbitrary }, { weight: 1, arbitrary: fc.constant({}) });
  });
  const stray = fc.oneof(
    { weight: 60, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ other: 1 }) },
  );
  return near(fc.tuple(...fields, stray).map((parts) => Object.assign({}, ...parts)));
}

function valueNear(value: Value): fc.Arbitrary<unknown> {
  const pattern = fc.constantFrom("^a", "(?<key>b)", "(c|d)+");
  switch (value.kind) {
    case "text":
      return fc.constantFrom("a", "*", "team:shop");
    case "maybeEmpty":
      return fc.constantFrom("", "a");
    case "flag":
      return fc.boolean();
    case "pattern":
      return pattern;
    case "patterns":
      return fc.oneof(pattern, fc.array(near(pattern), { maxLength: 2 }));
    case "number":
      return fc.double({ min: value.min, max: value.max, noNaN: true });
    case "wholeNumber":
      return fc.oneof(fc.integer({ min: value.min, max: value.max + 1 }), fc.constant(value.min + 0.5));
    case "flagOrNumber":
      return fc.oneof(fc.boolean(), fc.integer({ min: value.min - 1, max: 20_000 }));
    case "choice":
      return fc.constantFrom(...value.of);
    case "list":
      return fc.array(near(valueNear(value.of)), { maxLength: 2 });
    case "object":
      return objectNear(value.of);
    case "redact":
      return fc.oneof(fc.constantFrom(...DETECTOR_NAMES), objectNear("detector"), objectNear("pattern"));
  }
}
