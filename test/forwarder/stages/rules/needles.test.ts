import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDeliveries } from "../../../../functions/forwarder/stages/read.ts";
import { applyRule, type CountRuled } from "../../../../functions/forwarder/stages/rules/apply.ts";
import { compileRules } from "../../../../functions/forwarder/stages/rules/compile.ts";
import type { CompiledRule } from "../../../../functions/forwarder/stages/rules/compiled-rule.ts";
import { finderOf } from "../../../../functions/forwarder/stages/rules/needles.ts";
import type { DetectorName, Redact, RuleActions } from "../../../../functions/forwarder/stages/rules/types.ts";
import { type EventIndex, eventsOf, indexOf, messageOf } from "../../../../functions/records/event.ts";
import { events, plainEvent, STREAM } from "../../../support/deliveries.ts";
import { anyText } from "../../../support/texts.ts";

const ruleOf = (actions: RuleActions) => compileRules({ rules: [], default: actions }).for(STREAM);

const needlesOf = (actions: RuleActions) => ruleOf(actions).needles?.map(String);

/** What goes on, as objects, and what is told of the rest, in its order. */
function ruled(rule: CompiledRule, index: EventIndex) {
  const told: Parameters<CountRuled>[] = [];
  const kept = [...applyRule(rule, index, (...what) => told.push(what))];
  return { told, kept: kept.map(({ event, ...changed }) => ({ ...plainEvent(event), ...changed })) };
}

/** The index of messages that stand in a delivery's bytes in these spellings. */
function indexFrom(messages: readonly string[]): EventIndex {
  const logEvents = messages.map((message, i) => `{"id":"e${i}","timestamp":${i},"message":"${message}"}`);
  const names = `"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s"`;
  const found = readDeliveries(Buffer.from(`{${names},"logEvents":[${logEvents.join()}]}`));
  if (typeof found === "string") throw new Error(found);
  return found[0]?.events as EventIndex;
}

const asUnicode = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
const asUnicodeInCapitals = (unit: string) => `\\u${asUnicode(unit).slice(2).toUpperCase()}`;
const plainly = (text: string) => JSON.stringify(text).slice(1, -1);
/** The ways in which JSON may write the same text, whole or in part. */
const SPELLINGS = [
  plainly,
  plainly,
  plainly,
  (text: string) => plainly(text).replaceAll("/", "\\/"),
  (text: string) => text.replace(/./gs, asUnicode),
  (text: string) => text.replace(/./gs, asUnicodeInCapitals),
  (text: string) => text.slice(0, 1).replace(/./gs, asUnicode) + plainly(text.slice(1)),
  (text: string) => plainly(text.slice(0, -1)) + text.slice(-1).replace(/./gs, asUnicodeInCapitals),
];

const FRAGMENTS = [
  "bob@x.com",
  "bob%40x.com",
  "bob%2540x.com",
  "bob&#64;x.com",
  "bob&amp;#x40;x.com",
  "bob&commat;x.com",
  "bob\\u0040x.com",
  "bob\uff20x.com",
  "bob\u200b@x.com",
  "-----BEGIN RSA PRIVATE KEY-----",
  `AKIA${"Q7".repeat(8)}`,
  `ASIA${"Z2".repeat(8)}`,
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
  "AK\u00adIAQ7Q7Q7Q7Q7Q7Q7Q7",
  "ewogICJhbGciOiAiSFMyNTYiCn0.eyJzdWIiOiIxIn0.c2ln",
  "password=hunter2",
  "GET /health",
  'a"b',
  "/api",
  // Half of what is looked for.
  "@",
  ".",
  ":",
  "AKIA",
  "eyJ",
  "password",
  "=x",
  "GET ",
  "health",
  "/",
  '"',
  "\\",
  "\\u0040",
  "a",
  "b",
  "api",
  " ",
  "\n",
  "é",
  "😀",
];
const fragment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...FRAGMENTS) },
  { weight: 1, arbitrary: anyText({ maxLength: 5 }) },
);
const message = fc
  .array(fc.tuple(fragment, fc.constantFrom(...SPELLINGS)), { maxLength: 4 })
  .map((parts) => parts.map(([text, spelling]) => spelling(text)).join(""));
/** In half of them nothing is found. */
const messages = fc.array(
  fc.oneof({ weight: 1, arbitrary: message }, { weight: 1, arbitrary: fc.constantFrom("", "x", "more") }),
  { maxLength: 12 },
);

const PATTERNS = ["password=\\S+", "GET /health", 'a"b', "/api", "health", "=x", "hunter2$", "a\\\\u", "\\Qa\\E"];
const pattern = fc.constantFrom(...PATTERNS);
/** Those of whose finds something is known. */
const DETECTORS: readonly DetectorName[] = ["email", "aws-access-key", "jwt", "private-key"];
const redact: fc.Arbitrary<Redact> = fc.oneof(
  fc.constantFrom(...DETECTORS),
  fc.record({ pattern, replacement: fc.constantFrom("*", "") }),
);
const actions: fc.Arbitrary<RuleActions> = fc.record({
  exclude: fc.array(pattern, { maxLength: 2 }),
  redact: fc.array(redact, { maxLength: 3 }),
});

describe("a rule with needles", () => {
  it("does exactly what it does without them, however JSON spells the texts", () => {
    const seen = { skipped: 0, dropped: 0, redacted: 0 };
    fc.assert(
      fc.property(actions, messages, (given, spelled) => {
        const rule = ruleOf(given);
        const index = indexFrom(spelled);
        const { needles, ...without } = rule;
        const result = ruled(rule, index);
        expect(result).toEqual(ruled(without, index));

        const isConcerned = needles && finderOf(index, needles);
        for (const event of eventsOf(index)) if (isConcerned && !isConcerned(event)) seen.skipped += 1;
        for (const [what] of result.told) {
          if (what === "filtered") seen.dropped += 1;
          else seen.redacted += 1;
        }
      }),
      { numRuns: 3_000 },
    );
    // The property would be true of rules that read every event, or that never find anything.
    for (const cases of Object.values(seen)) expect(cases).toBeGreaterThan(300);
  });

  it.each(FRAGMENTS.slice(0, 18))("finds %j in every spelling", (text) => {
    const rule = ruleOf({ redact: [...DETECTORS, ...PATTERNS.slice(0, 4).map((pattern) => ({ pattern }))] });
    expect(rule.needles).toBeDefined();
    for (const spelling of SPELLINGS) {
      const { kept, told } = ruled(rule, indexFrom(["before", `x ${spelling(text)}`, "after"]));
      expect(told).toEqual([["redacted", 1]]);
      expect(kept.map((event) => event.message)).toEqual(["before", expect.stringContaining("[REDACTED"), "after"]);
    }
  });

  it("leaves events without them unread: they go on as their bytes", () => {
    const index = indexOf(events(["fine", "bob@x.com", "fine, too"]));
    const [first, second, third] = [...applyRule(ruleOf({ redact: ["email"] }), index, () => undefined)];
    expect([first?.message, second?.message, third?.message]).toEqual([undefined, "[REDACTED:email]", undefined]);
    expect(first?.event.json).toBe(index.json);
  });
});

describe("needles", () => {
  it.each<[RuleActions, string[]]>([
    [{ exclude: "GET /health" }, ["GET /health"]],
    [{ exclude: ["GET /health", "kube-probe"] }, ["GET /health", "kube-probe"]],
    [{ redact: [{ pattern: "password=\\S+" }] }, ["password="]],
    [{ exclude: 'a"bc' }, ['a"bc']],
    [{ exclude: "/api" }, ["/api"]],
    [{ exclude: "a" }, ["a"]],
  ])("of %j are one of each of %j, whole or a part", (rule, texts) => {
    const [escaped, ...parts] = needlesOf(rule) ?? [];
    // Any character of ASCII may be written with its number.
    expect(escaped).toBe("\\u00");
    expect(parts).toHaveLength(texts.length);
    for (const [i, part] of parts.entries()) {
      expect(part).not.toBe("");
      expect(texts[i]).toContain(part);
      // JSON writes a quote with a backslash, and may write a slash so.
      expect(part).not.toMatch(/["\\/]/);
    }
  });

  it.each<[RuleActions, string[]]>([
    [{ redact: ["email"] }, ["@", "%40", "%25", "&#", ";#", "&comm", ";comm"]],
    [{ redact: ["aws-access-key", "jwt"] }, ["AKIA", "ASIA", "ABIA", "ACCA", "eyJ", ".e"]],
    [{ redact: ["private-key"] }, ["PRIVATE", "LS0tLS1CRUdJTi"]],
    [{ exclude: "kube-probe", redact: ["email"] }, ["kube-probe", "@", "%40", "%25", "&#", ";#", "&comm", ";comm"]],
  ])("of %j are what is written in ASCII, and first bytes of what stands for that", (rule, texts) => {
    const [escaped, ...others] = ruleOf(rule).needles ?? [];
    expect(String(escaped)).toBe("\\u");
    expect(others.slice(0, 3).map((bytes) => bytes.toString("hex"))).toEqual(["c2ad", "e2", "ef"]);
    for (const [i, part] of others.slice(3).entries()) expect(texts[i]).toContain(String(part));
    expect(others).toHaveLength(3 + texts.length);
  });

  it.each<[RuleActions]>([
    [{ exclude: "/" }],
    [{ exclude: '"' }],
    [{ exclude: "(?i)health" }],
    [{ exclude: "a|b" }],
    [{ exclude: ["health", "\\d+"] }],
    [{ redact: ["email", { pattern: "\\d+" }] }],
    [{ redact: ["credit-card"] }],
    [{ redact: ["email", "ipv4"] }],
    [{ redact: ["ipv6"] }],
    [{ redact: ["email", "bearer-token"] }],
    [{ include: "health" }],
    [{ exclude: "health", include: "a" }],
    [{ exclude: "health", sample: { rate: 1 } }],
    [{ exclude: "health", multiline: { startPattern: "^a" } }],
  ])("of %j are none: every event must be read", (rule) => {
    expect(needlesOf(rule)).toBeUndefined();
  });
});

describe("finderOf", () => {
  const found = (index: EventIndex, needles: readonly string[]) => {
    const isConcerned = finderOf(
      index,
      needles.map((needle) => Buffer.from(needle)),
    );
    return [...eventsOf(index)].filter(isConcerned).map((event) => messageOf(event));
  };

  it("finds the events in whose text a needle is, wherever in it", () => {
    const index = indexOf(events(["@", "a@", "", "@a", "none", "a@a@a"]));
    expect(found(index, ["@"])).toEqual(["@", "a@", "@a", "a@a@a"]);
    expect(found(index, ["no", "@a"])).toEqual(["@a", "none", "a@a@a"]);
    expect(found(index, ["zz"])).toEqual([]);
    expect(found(index, [])).toEqual([]);
  });

  it("does not take an event for its id, its time or the next one's", () => {
    const all = ["a", "b", "c"].map((message, i) => ({ id: `needle${i}`, timestamp: 4_242 + i, message }));
    expect(found(indexOf(all), ["needle", "4242", "timestamp"])).toEqual([]);
    expect(found(indexOf(all), ["needle", "c"])).toEqual(["c"]);
  });

  it("takes just the events that have a needle", () => {
    const word = fc.constantFrom("a", "b", "ab", "ba", "@", "x", "");
    const text = fc.array(word, { maxLength: 4 }).map((words) => words.join(""));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 15 }), fc.subarray(["ab", "@", "bb", "xa"]), (messages, needles) => {
        const expected = messages.filter((message) => needles.some((needle) => message.includes(needle)));
        expect(found(indexOf(events(messages)), needles)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
