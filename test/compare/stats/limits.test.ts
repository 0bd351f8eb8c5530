import { describe, expect, test } from "vitest";
import type { Result } from "../../../compare/result.ts";
import { brokenLimits, type Limit, parseLimit, parseLimits } from "../../../compare/stats/limits.ts";
import { summarise } from "../../../compare/stats/summarise.ts";
import { comparisonResult } from "../../support/comparison-result.ts";

const whole = comparisonResult();

function broken(text: string, result: Result = whole) {
  const limit = parseLimit(text);
  if (typeof limit === "string") throw new Error(limit);
  return brokenLimits([limit], summarise(result)).map(({ cases }) => cases.map(({ phase }) => phase));
}

describe("a limit is read", () => {
  test.each<[string, Partial<Limit>]>([
    ["lambda.loss>0", { path: "lambda", figure: "loss", than: ">", value: 0 }],
    ["lambda.p99>12s", { figure: "p99", value: 12_000 }],
    ["lambda.p99 >= 900ms", { than: ">=", value: 900 }],
    [
      "firelens-hardened.outage-60s.loss<5%",
      { path: "firelens-hardened", phase: "outage-60s", than: "<", value: 0.05 },
    ],
    ["firelens-hardened.memoryMb<=50.5", { figure: "memoryMb", than: "<=", value: 50.5 }],
  ])("%s", (text, limit) => expect(parseLimit(text)).toMatchObject(limit));

  test.each([
    ["lambda", "is no limit: it must be like lambda.loss>0"],
    ["lambda.loss=0", "is no limit"],
    ["lambda.loss>", "is no limit"],
    ["lambda.lost>-1", "is no limit"],
    ["lambda.latency>1", '"latency" is no figure; there are sent, lost, loss, '],
    ["lambda.lost>1s", "lost is not in s"],
    ["lambda.p99>1%", "p99 is not in %"],
    ["lambda.toString>1", '"toString" is no figure'],
  ])("%s is none", (text, why) => expect(parseLimit(text)).toContain(why));

  test("every wrong one is a problem", () => {
    const problems: string[] = [];
    expect(parseLimits(["x", "lambda.loss>0", "lambda.y>0"], problems)).toHaveLength(1);
    expect(problems).toEqual([
      expect.stringMatching(/^--fail-if: "x" is/),
      expect.stringMatching(/^--fail-if: "y" is/),
    ]);
  });
});

describe("a run breaks a limit", () => {
  test("in every phase in which it is so", () => {
    expect(broken("firelens-as-documented.loss>50%")).toEqual([
      ["Intake down for 60 s", "Intake accepts and never answers"],
    ]);
    expect(broken("firelens-as-documented.outage-10s.lost>=200")).toEqual([["Intake down for 10 s"]]);
  });

  test("or keeps it", () => {
    expect(broken("lambda.loss>0")).toEqual([]);
    expect(broken("firelens-as-documented.outage-10s.lost>200")).toEqual([]);
    expect(broken("firelens-hardened.steady.p99<1s")).toEqual([]);
  });

  test("if there is nothing to judge it by", () => {
    expect(broken("kinesis.loss>0")).toEqual([[]]);
    expect(broken("lambda.calm.loss>0")).toEqual([[]]);
    expect(broken("lambda.loss>0", { ...whole, phases: [] })).toEqual([[]]);
  });

  test("not by a void phase, which tells nothing", () => {
    const phases = whole.phases.map((phase) => ({ ...phase, void: ["late"] }));
    expect(
      broken("firelens-as-documented.loss>50%", {
        ...whole,
        phases: [...whole.phases.slice(0, 1), ...phases.slice(1)],
      }),
    ).toEqual([]);
    expect(broken("lambda.loss>0", { ...whole, phases })).toEqual([[]]);
  });
});
