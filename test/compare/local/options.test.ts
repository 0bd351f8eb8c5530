import { expect, test } from "vitest";
import { parseLocalOptions } from "../../../compare/local/options.ts";
import { UsageError } from "../../../tools/arguments.ts";

test("has defaults for everything", () => {
  expect(parseLocalOptions([])).toEqual({
    quick: false,
    linesPerSecond: 200,
    lineBytes: 200,
    seed: 1,
    tailMs: 45_000,
    timeScale: 1,
    memoryMb: 512,
    modelledFirelens: false,
    model: {},
  });
});

test("reads what is given", () => {
  const args =
    "--phases steady,killed --rate 10 --model subscription.delayMs.p50=5 --model ingestion.delayMs=0 --out x";
  expect(parseLocalOptions(args.split(" "))).toMatchObject({
    phases: ["steady", "killed"],
    linesPerSecond: 10,
    model: { "subscription.delayMs.p50": 5, "ingestion.delayMs": 0 },
    out: "x",
  });
  expect(parseLocalOptions(["--help"])).toBe("help");
});

test("names every problem at once", () => {
  const args = [
    "--rate",
    "x",
    "--line-bytes",
    "",
    "--phases",
    "stedy",
    "--model",
    "a=1",
    "--model",
    "ingestion.delayMs=-1",
    "--quick",
  ];
  const wrong = () => parseLocalOptions(args);
  expect(wrong).toThrow(UsageError);
  for (const text of ["--rate", "--line-bytes", "stedy", '"a"', "ingestion.delayMs must", "exclude each other"]) {
    expect(wrong).toThrow(text);
  }
  expect(() => parseLocalOptions(["--nope"])).toThrow(UsageError);
});
