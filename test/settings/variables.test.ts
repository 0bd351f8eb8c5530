import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig } from "../../functions/settings/config.ts";
import { ENV } from "../../functions/settings/environment.ts";
import { VARIABLES, type VariableRow } from "../../functions/settings/variables.ts";
import { TUNING } from "../../infra/parts/forwarder/tuning.ts";
import { TUNING_SETTINGS } from "../../infra/settings/table/tuning.ts";

const ROWS: [string, VariableRow][] = Object.entries(VARIABLES);

/** First and second column of the README's table. */
const README = [
  ...readFileSync(new URL("../../README.md", import.meta.url), "utf8").matchAll(
    /^\| ((?:`[A-Z0-9_]+`(?:, )?)+) \|([^|]*)\|/gm,
  ),
].flatMap(([, names = "", standard = ""]) =>
  [...names.matchAll(/`([A-Z0-9_]+)`/g)].map(([, name = ""]) => ({ name, standard })),
);

test("the README's table has every variable, and no other", () => {
  expect(README.map(({ name }) => name).toSorted()).toEqual(Object.keys(VARIABLES).toSorted());
});

test("the README and the table tell the same defaults", () => {
  for (const { name, standard } of README) {
    const row: VariableRow | undefined = VARIABLES[name as keyof typeof VARIABLES];
    const told = standard.trim() !== "" ? row?.default : undefined;
    if (told !== undefined) expect([name, standard]).toEqual([name, expect.stringContaining(told)]);
  }
});

test("the constructs' tuning props are those that are for tuning, with the same ranges", () => {
  const tuned = ROWS.filter(([, { tuning }]) => tuning).map(([name]) => name);
  expect(TUNING.map((name): string => ENV[name]).toSorted()).toEqual(tuned.toSorted());
  for (const name of TUNING) expect(VARIABLES[ENV[name]].shape).toMatchObject(TUNING_SETTINGS[name].shape);
});

describe.each(ROWS)("%s", (name, { means, shape, default: standard, otherwise }) => {
  const parse = (value: string) => parseConfig({ DD_API_KEY: "key", [name]: value });

  test("is described in sentences", () => {
    expect(means).toMatch(/^[A-Z`].*\.$/);
    expect(otherwise ?? "").not.toMatch(/\.$/);
  });

  test("takes its default, which changes nothing", () => {
    if (standard !== undefined) expect(parse(standard)).toEqual(parseConfig({ DD_API_KEY: "key" }));
  });

  test("takes what its shape allows, and nothing beyond", () => {
    if (shape.kind === "integer") {
      for (const value of [shape.min, shape.max]) expect(parse(String(value))).not.toBeInstanceOf(ConfigError);
      for (const value of [shape.min - 1, shape.max + 1, shape.min + 0.5]) {
        expect(parse(String(value))).toBeInstanceOf(ConfigError);
      }
    }
    if (shape.kind === "choice") {
      for (const value of shape.of) expect(parse(value)).not.toBeInstanceOf(ConfigError);
      expect(parse("another")).toBeInstanceOf(ConfigError);
    }
  });
});
