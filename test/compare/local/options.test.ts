import { expect, test } from "vitest";
import { parseLocalOptions } from "../../../compare/local/options.ts";
import { UsageError } from "../../../tools/arguments.ts";

test("has defaults for everything", () => {
  expect(parseLocalOptions([])).toEqual({
    quick: false,
    pathIds: ["lambda", "firelens-as-documented", "firelens-manual", "firelens-hardened"],
    linesPerSecond: 200,
    lineBytes: 200,
    seed: 1,
    repeat: 1,
    timeScale: 1,
    memoryMb: 512,
    modelledFirelens: false,
    sidecar: {},
    tls: false,
    model: {},
    failIf: [],
  });
});

test("reads what is given", () => {
  const args =
    "--paths firelens-hardened,kinesis,lambda --repeat 3 --tail 60 --phases steady,killed --rate 10 --model subscription.delayMs.p50=5 --model ingestion.delayMs=0 --out x";
  expect(parseLocalOptions(args.split(" "))).toMatchObject({
    pathIds: ["lambda", "kinesis", "firelens-hardened"],
    repeat: 3,
    patienceMs: 60_000,
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
    "--paths",
    "lambda,sqs",
    "--model",
    "a=1",
    "--model",
    "ingestion.delayMs=-1",
    "--quick",
  ];
  const wrong = () => parseLocalOptions(args);
  expect(wrong).toThrow(UsageError);
  for (const text of [
    "--rate",
    "--line-bytes",
    "stedy",
    '"sqs"',
    '"a"',
    "ingestion.delayMs must",
    "Give --quick or --phases, not both.",
  ]) {
    expect(wrong).toThrow(text);
  }
  expect(() => parseLocalOptions(["--nope"])).toThrow(UsageError);
});
