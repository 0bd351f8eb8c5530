/** No line can hang an invocation: what there is no time to judge is kept, and goes without its text if it was to be redacted. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { applyRule } from "../../../../functions/forwarder/stages/rules/apply.ts";
import { openRuleBudget, type RuleBudget } from "../../../../functions/forwarder/stages/rules/budget.ts";
import { compileRules } from "../../../../functions/forwarder/stages/rules/compile.ts";
import { isErrorLevel } from "../../../../functions/forwarder/stages/rules/error-level.ts";
import { loadRules } from "../../../../functions/forwarder/stages/rules/load.ts";
import type { RuleActions } from "../../../../functions/forwarder/stages/rules/types.ts";
import { indexOf, messageOf } from "../../../../functions/records/event.ts";
import { ConfigError } from "../../../../functions/settings/config.ts";
import { events } from "../../../support/deliveries.ts";

const NAMES = { logGroup: "/ecs/shop-api", logStream: "web/app/1" };
const WHOLE = "[REDACTED: the whole text, no time left for its rules]";

/** Each look at its clock finds 100 ms gone, which the machine does not really take. */
function quickBudget(totalMs: number) {
  let ms = 0;
  const told = { outOfTime: 0 };
  const monotonicMs = () => {
    ms += 100;
    return ms;
  };
  const outOfTime = () => {
    told.outOfTime += 1;
  };
  return { told, budget: openRuleBudget({ totalMs, monotonicMs, outOfTime }) };
}

/** Refuses scans by what is asked for: the n-th is the first that is refused, or texts with an x are. */
function refusing(from: number) {
  let asked = 0;
  const told = { outOfTime: 0 };
  const allows = () => {
    asked += 1;
    return asked < from;
  };
  const budget: RuleBudget = {
    begin: () => undefined,
    end: () => undefined,
    mayScan: allows,
    mayScanAgain: allows,
    outOfTime: () => {
      told.outOfTime += 1;
    },
  };
  return { told, budget };
}

function apply(actions: RuleActions, messages: readonly string[], budget: RuleBudget) {
  const rule = compileRules({ rules: [], default: actions }).for(NAMES);
  const counts = { joinedAway: 0, filtered: 0, sampledOut: 0, redacted: 0 };
  const ruled = applyRule(
    rule,
    indexOf(events(messages)),
    (what, events) => {
      counts[what] += events;
    },
    budget,
  );
  const kept = [...ruled].map(({ event, message, ...rest }) => ({ text: message ?? messageOf(event), ...rest }));
  return { kept, texts: kept.map(({ text }) => text), ...counts };
}

describe("what reads too often", () => {
  it.each([
    ["(?:\\w{1,40}[ ,]?)+;|\\w+", "ab ".repeat(11_000)],
    ["(?:a{1,400}c?)+b|a", "a".repeat(4_096)],
    ["a+b|a", "a".repeat(300_000)],
  ])("is redacted whole: all matches of %s in a text that almost matches", (pattern, text) => {
    const { budget, told } = quickBudget(1_000);
    const { texts, redacted } = apply({ redact: [{ pattern }] }, [`keep ${text} secret`], budget);
    expect(texts).toEqual([WHOLE]);
    expect(redacted).toBe(1);
    expect(told.outOfTime).toBe(1);
  });

  it("costs a hundred thousand small events no more than the budget, and none is lost or sent as it came", () => {
    const redact = ["(?:a{1,1000}c?)+b|a", "(?:a{1,900}d?)+b|a", "(?:\\w{1,40}[ ,]?)+;|\\w+"].map((pattern) => ({
      pattern,
    }));
    const messages = Array.from({ length: 100_000 }, (_, i) => `${"a".repeat(40)} ${i % 10}`);
    const { budget, told } = quickBudget(20_000);
    const { texts, redacted } = apply({ redact }, messages, budget);
    expect(texts).toHaveLength(messages.length);
    expect(redacted).toBe(messages.length);
    expect(new Set(texts)).toContain(WHOLE);
    for (const text of new Set(texts)) expect(text).not.toContain("aa");
    expect(told.outOfTime).toBe(texts.filter((text) => text === WHOLE).length);
  });

  it("takes no more than half of the time from the events after", () => {
    const { budget } = quickBudget(1_000);
    const nasty = "a".repeat(4_096);
    const { texts } = apply({ redact: [{ pattern: "(?:a{1,400}c?)+b|a" }] }, [nasty, "a cat", nasty, "a dog"], budget);
    expect(texts).toEqual([WHOLE, "[REDACTED] c[REDACTED]t", WHOLE, "[REDACTED] dog"]);
  });
});

describe("a level behind much white space", () => {
  const spaces = " ".repeat(250_000);

  it.each([
    [`{"level":${spaces}"info"}`, false],
    [`{"level":${spaces}"${spaces}error"}`, true],
    [`{"level":${spaces}"${spaces}debug"}`, false],
    [`{"level"${spaces}:${spaces}50}`, true],
    [`"level":${spaces}"`, false],
  ])("is read in no time: case %#", (text, isError) => {
    expect(isErrorLevel(text)).toBe(isError);
  });
});

describe("without time", () => {
  const redact = [{ pattern: "secret\\d" }];

  it("nothing is dropped by a filter or a sample that was not tried", () => {
    for (const actions of [
      { exclude: "[a]" },
      { include: "[b]" },
      { include: ["[b]", "c"], exclude: ["[a]", "d"] },
      { sample: { rate: 0, key: "(\\w)" } },
    ]) {
      const { budget, told } = refusing(1);
      const { texts, filtered, sampledOut } = apply(actions, ["a", "aa"], budget);
      expect({ texts, filtered, sampledOut }).toEqual({ texts: ["a", "aa"], filtered: 0, sampledOut: 0 });
      expect(told.outOfTime).toBe(2);
    }
  });

  it("an event whose key was not found counts once, since no share of its like was dropped", () => {
    const sample = { rate: 0.01, key: "(\\w)" };
    expect(apply({ sample }, ["a"], refusing(1).budget).kept).toEqual([{ text: "a", sampleRate: 1 }]);
  });

  it("what one filter found out counts, whatever another could not", () => {
    // The second scan is refused.
    expect(apply({ exclude: ["a", "\\w"] }, ["a"], refusing(2).budget).filtered).toBe(1);
    expect(apply({ include: ["b", "a|b"], exclude: [] }, ["b"], refusing(2).budget).texts).toEqual(["b"]);
    // Literal text is looked for without the engine.
    expect(apply({ include: "b", exclude: "\\w" }, ["a"], refusing(1).budget).filtered).toBe(1);
  });

  it("a text is redacted whole if any of its patterns was not tried", () => {
    const { budget, told } = refusing(4);
    const { texts, redacted } = apply({ redact: [...redact, { pattern: "\\d\\d" }] }, ["secret1 22", "fine"], budget);
    expect(texts).toEqual([WHOLE, WHOLE]);
    expect(redacted).toBe(2);
    expect(told.outOfTime).toBe(2);
  });

  it("the built-in detectors work as ever", () => {
    const { budget, told } = refusing(1);
    const { texts } = apply({ redact: ["email", "ipv4"] }, ["bob@x.com 10.0.0.1", "fine"], budget);
    expect(texts).toEqual(["[REDACTED:email] [REDACTED:ipv4]", "fine"]);
    expect(told.outOfTime).toBe(0);
  });

  it("a text in which no match can begin needs none", () => {
    const { budget, told } = refusing(1);
    expect(apply({ redact }, ["fine", "secret1"], budget).texts).toEqual(["fine", WHOLE]);
    expect(told.outOfTime).toBe(1);
  });

  it("lines that may belong together are not joined, and both go whole: half of a secret might stand in each", () => {
    const multiline = { startPattern: "^\\d" };
    const lines = ["1 a", "secret", "2 b", "more", "3 c"];
    // The third scan is that of "more".
    const torn = apply({ multiline, redact: ["email"] }, lines, refusing(3).budget);
    expect(torn.texts).toEqual(["1 a\nsecret", WHOLE, WHOLE, WHOLE]);
    expect(torn.joinedAway).toBe(1);
    const { budget, told } = refusing(3);
    expect(apply({ multiline }, lines, budget).texts).toEqual(["1 a\nsecret", "2 b", "more", "3 c"]);
    expect(told.outOfTime).toBe(3);
  });

  it("a name from a capture that was not tried is left out", () => {
    const find = loadRules(
      JSON.stringify({
        rules: [
          {
            logGroup: "*",
            capture: [{ from: "logGroup", pattern: "^/ecs/(?<team>[^-]+)-" }],
            // biome-ignore lint/suspicious/noTemplateCurlyInString: so rules write groups.
            service: "${team}",
            env: "prod",
          },
        ],
      }),
      {},
    );
    if (find instanceof ConfigError) throw find;
    const { budget, told } = refusing(1);
    expect(find(NAMES, budget).overrides).toEqual({ env: "prod", tags: [] });
    expect(told.outOfTime).toBe(1);
    expect(find(NAMES, refusing(2).budget).overrides).toEqual({ service: "shop", env: "prod", tags: [] });
  });
});

test("wherever the time ends, every event is counted once and no secret goes out", () => {
  const word = fc.constantFrom("a", "b", "  at x", "ERROR", "id=1", "secret1", "bob@x.com", "");
  const message = fc.array(word, { maxLength: 4 }).map((words) => words.join(" "));
  const pattern = fc.constantFrom("a", "^ ", "id=(\\w+)", "[ab]");
  const actions: fc.Arbitrary<RuleActions> = fc.record(
    {
      multiline: fc.record({ startPattern: pattern }),
      include: pattern,
      exclude: pattern,
      sample: fc.record({ rate: fc.constantFrom(0, 0.5, 1), key: fc.constant("id=(\\w+)") }),
    },
    { requiredKeys: [] },
  );
  let wholes = 0;
  fc.assert(
    fc.property(actions, fc.array(message, { maxLength: 12 }), fc.nat(40), (rule, messages, scans) => {
      const redact = [{ pattern: "[a-z]+t\\d" }, "email" as const];
      const { texts, joinedAway, filtered, sampledOut } = apply({ ...rule, redact }, messages, refusing(scans).budget);
      expect(texts.length + joinedAway + filtered + sampledOut).toBe(messages.length);
      for (const text of texts) expect(text).not.toMatch(/secret|@/);
      wholes += texts.filter((text) => text === WHOLE).length;
    }),
    { numRuns: 1_000 },
  );
  expect(wholes).toBeGreaterThan(300);
});
