import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig } from "../../functions/settings/config.ts";
import { ENV } from "../../functions/settings/environment.ts";
import { VARIABLES, type VariableRow } from "../../functions/settings/variables.ts";
import { TUNING } from "../../infra/parts/forwarder/tuning.ts";
import { TUNING_SETTINGS } from "../../infra/settings/table/tuning.ts";

const ROWS: [string, VariableRow][] = Object.entries(VARIABLES);

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
