import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { settingsSchema } from "../../../infra/settings/json-schema.ts";
import { parseSettings } from "../../../infra/settings/parse-settings.ts";
import { readJson } from "../../../infra/settings/read-value.ts";
import type { SettingRow } from "../../../infra/settings/table/setting-row.ts";
import type { Shape } from "../../../infra/settings/table/shapes.ts";
import { SETTING_GROUPS, SETTING_NAMES, SETTINGS } from "../../../infra/settings/table.ts";
import { GENERATED_FILES } from "../../../tools/docs/generated-files.ts";

const textOf = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
/** The linter's formatter has a word in how the JSON is set. */
const comparable = (file: string, text: string) => (file.endsWith(".json") ? JSON.parse(text) : text);

describe("what is made from tables and sources is up to date; if not, npm run docs", () => {
  test.each(Object.entries(GENERATED_FILES))("%s", (file, made) => {
    const text = textOf(file);
    expect(comparable(file, text)).toEqual(comparable(file, made(text)));
  });
});

const rows: readonly (readonly [string, SettingRow])[] = Object.entries(SETTINGS);
const validate = new Ajv({ allErrors: true }).compile(settingsSchema());

test.each(rows)("%s has a good example, a default that is good, and says what happens without it", (name, row) => {
  expect(readJson(row.shape, row.example)).toEqual({ value: row.example });
  if (row.default !== undefined) expect(readJson(row.shape, row.default)).toEqual({ value: row.default });
  const needed = ["apiKeySecret", "apiKeyParameter", "logGroups"].includes(name);
  expect(needed || row.default !== undefined || row.otherwise !== undefined, "default or otherwise").toBe(true);
});

test("no name is in two groups", () => {
  const names = SETTING_GROUPS.flatMap((group) => Object.keys(group.rows));
  expect(names).toEqual(SETTING_NAMES);
});

test("the schema takes every example, and what an editor adds", () => {
  const examples = Object.fromEntries(rows.map(([name, { example }]) => [name, example]));
  expect(validate({ $schema: "./infra/settings/sidecarless.schema.json", ...examples })).toBe(true);
  expect(validate({ logGruops: [] })).toBe(false);
});

test("the schema refuses exactly what a deployment would refuse of one setting", () => {
  const setting = fc
    .constantFrom(...SETTING_NAMES)
    .chain((name) =>
      fc.record({ name: fc.constant(name), value: valuesNear(SETTINGS[name].shape, SETTINGS[name].example) }),
    );
  fc.assert(
    fc.property(setting, ({ name, value }) => {
      const { problems } = parseSettings({ context: {}, file: { name: "f", content: { [name]: value } } });
      const own = problems.filter((problem) => new RegExp(`^${name}(?:, item \\d+,)? must `).test(problem));
      expect(validate({ [name]: value })).toBe(own.length === 0);
    }),
    { numRuns: 2_000 },
  );
});

/** JSON that is of the shape, nearly so, or not at all. */
function valuesNear(shape: Shape, example: unknown): fc.Arbitrary<unknown> {
  const text = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.constantFrom("", "none", "a,b", "/ecs/a", "a=b", "x".repeat(600)),
  );
  const close: fc.Arbitrary<unknown>[] = [
    text,
    fc.array(text, { maxLength: 3 }),
    fc.dictionary(text, text, { maxKeys: 2 }),
  ];
  if (shape.kind === "integer") close.push(fc.integer({ min: shape.min - 2, max: shape.max + 2 }), fc.double());
  if (Array.isArray(example)) close.push(fc.array(fc.constantFrom(...example, "/ecs/a"), { maxLength: 3 }));
  if (shape.kind === "choice") close.push(fc.constantFrom(...shape.of));
  return fc.oneof(fc.constant(example), fc.jsonValue({ maxDepth: 1 }), ...close);
}
