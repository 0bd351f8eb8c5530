import { describe, expect, test } from "vitest";
import { parseResult, ResultError } from "../../compare/result.ts";
import { comparisonResult } from "../support/comparison-result.ts";

const result = comparisonResult({ linesPerSecond: 5, phases: ["steady"] });
const parse = (value: unknown) => parseResult(JSON.stringify(value), "result.json");

test("reads what was written", () => {
  expect(parse(result)).toEqual(result);
});

describe("refuses, and says why", () => {
  const [phase] = result.phases;
  const samples = phase?.paths.lambda;
  const withPaths = (paths: object) => ({ ...result, phases: [{ ...phase, paths }] });
  test.each<[string, unknown, string]>([
    ["another JSON file", { name: "x" }, 'result.json is no result of "compare local" or "compare aws".'],
    ["null", null, "result.json is no result"],
    ["a newer version", { ...result, version: 2 }, "result.json has version 2; this program reads 1."],
    ["no phases", { ...result, phases: undefined }, "result.json is damaged: paths, phases or warnings are missing."],
    ["a path nobody described", withPaths({ other: samples }), "phase steady has a path other that is not described"],
    [
      "columns of different lengths",
      withPaths({ lambda: { ...samples, arrivedMs: [1] } }),
      "phase steady, path lambda: columns differ in length",
    ],
  ])("%s", (_what, value, message) => {
    expect(() => parse(value)).toThrow(ResultError);
    expect(() => parse(value)).toThrow(message);
  });

  test("a file that was cut off", () => {
    const text = JSON.stringify(result).slice(0, -10);
    expect(() => parseResult(text, "result.json")).toThrow("result.json is not JSON: it is cut off");
  });
});
