// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so rules write groups.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { applyRule, type CountRuled, decisionsOf } from "../../../../functions/forwarder/stages/rules/apply.ts";
import { compileRules } from "../../../../functions/forwarder/stages/rules/compile.ts";
import type { CompiledRule } from "../../../../functions/forwarder/stages/rules/compiled-rule.ts";
import { isErrorLevel } from "../../../../functions/forwarder/stages/rules/error-level.ts";
import { DETECTOR_NAMES, type RuleActions } from "../../../../functions/forwarder/stages/rules/types.ts";
import { type EventIndex, eventsOf, idOf, indexOf } from "../../../../functions/records/event.ts";
import { events, plainEvent } from "../../../support/deliveries.ts";

const NAMES = { logGroup: "/ecs/shop-api", logStream: "web/app/1" };
const ruleOf = (actions: RuleActions) => compileRules({ rules: [], default: actions }).for(NAMES);

/** What goes on, as objects, and what was told of the rest. `joined`: how many events have lines of others. */
function ruled(rule: CompiledRule, index: EventIndex) {
  const counts = { joinedAway: 0, filtered: 0, sampledOut: 0, redacted: 0, joined: 0 };
  const count: CountRuled = (what, events) => {
    counts[what] += events;
    if (what === "joinedAway") counts.joined += 1;
  };
  const kept = [...applyRule(rule, index, count)].map(({ event, ...changed }) => ({
    ...plainEvent(event),
    ...changed,
  }));
  return { events: kept, ...counts };
}
const apply = (actions: RuleActions, messages: readonly string[]) => ruled(ruleOf(actions), indexOf(events(messages)));
const texts = (actions: RuleActions, messages: readonly string[]) =>
  apply(actions, messages).events.map((e) => e.message);

const word = fc.constantFrom("a", "b", "  at x", "ERROR", "id=1", "id=2", "bob@x.com", "10.0.0.1", "é", "");
const message = fc.array(word, { maxLength: 4 }).map((words) => words.join(" "));
const pattern = fc.constantFrom("a", "b", "^ ", "id=(\\w+)", "(ERROR)", "é$");
const actions: fc.Arbitrary<RuleActions> = fc.record(
  {
    multiline: fc.record(
      { startPattern: pattern, maxLines: fc.integer({ min: 1, max: 5 }), maxBytes: fc.integer({ min: 1, max: 60 }) },
      { requiredKeys: ["startPattern"] },
    ),
    include: fc.oneof(pattern, fc.array(pattern, { maxLength: 2 })),
    exclude: fc.oneof(pattern, fc.array(pattern, { maxLength: 2 })),
    sample: fc.record(
      {
        rate: fc.double({ min: 0, max: 1, noNaN: true }),
        key: fc.constantFrom("id=(\\w+)", "(?<key>b)"),
        keepErrors: fc.boolean(),
      },
      { requiredKeys: ["rate"] },
    ),
    redact: fc.subarray([...DETECTOR_NAMES]),
  },
  { requiredKeys: [] },
);

test("every received event is counted once, under any rule", () => {
  fc.assert(
    fc.property(actions, fc.array(message, { maxLength: 30 }), (rule, messages) => {
      const received = events(messages);
      const { events: kept, joined, joinedAway, filtered, sampledOut } = apply(rule, messages);
      expect(kept.length + joinedAway + filtered + sampledOut).toBe(received.length);
      expect(joined).toBeLessThanOrEqual(joinedAway);
      // What goes on keeps its order, ids and times.
      const ids = received.map(({ id }) => id);
      const places = kept.map(({ id }) => ids.indexOf(id));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(new Set(places).size).toBe(places.length);
      for (const [i, event] of kept.entries()) expect(event.timestamp).toBe(received[places[i] ?? -1]?.timestamp);
    }),
    { numRuns: 1_000 },
  );
});

test("a rule without actions hands on what it got", () => {
  const received = events(["a", "b"]);
  expect(ruleOf({}).name).toBe("default");
  expect(apply({}, ["a", "b"])).toEqual({
    events: received,
    joinedAway: 0,
    filtered: 0,
    sampledOut: 0,
    joined: 0,
    redacted: 0,
  });
});

describe("multiline", () => {
  const multiline = { startPattern: "^\\d" };

  it("joins lines to the one before that begins an event, whose id and time stay", () => {
    const { events: kept, ...counts } = apply({ multiline }, ["1 boom", "  at a", "  at b", "2 fine"]);
    expect(kept).toEqual([
      { ...events([""])[0], message: "1 boom\n  at a\n  at b" },
      events(["", "", "", "2 fine"])[3],
    ]);
    expect(counts).toMatchObject({ joinedAway: 2, joined: 1 });
  });

  it("reads no further than the line that begins the next event", () => {
    let taken = 0;
    function* counted() {
      for (const event of eventsOf(indexOf(events(["1 boom", "  at a", "2 fine", "3", "4"])))) {
        taken += 1;
        yield event;
      }
    }
    const decisions = decisionsOf(ruleOf({ multiline }), counted());
    expect(taken).toBe(0);
    expect(decisions.next().value).toMatchObject({ lines: 2, text: "1 boom\n  at a" });
    expect(taken).toBe(3);
  });

  it("makes one event of lines whose beginning was in the delivery before", () => {
    expect(texts({ multiline }, ["  at a", "  at b", "1 x"])).toEqual(["  at a\n  at b", "1 x"]);
  });

  it("begins a new event at a limit, and cuts nothing", () => {
    expect(texts({ multiline: { ...multiline, maxLines: 2 } }, ["1", "a", "b", "c"])).toEqual(["1\na", "b\nc"]);
    expect(texts({ multiline: { ...multiline, maxBytes: 4 } }, ["1", "é", "b", "long line"])).toEqual([
      "1\né",
      "b",
      "long line",
    ]);
  });

  it("loses no line, and stays within its limits", () => {
    fc.assert(
      fc.property(
        fc.array(message),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 80 }),
        (lines, maxLines, maxBytes) => {
          const joined = texts({ multiline: { startPattern: "^a", maxLines, maxBytes } }, lines);
          expect(joined.join("\n")).toBe(lines.join("\n"));
          for (const text of joined) {
            const parts = text.split("\n");
            expect(parts.length).toBeLessThanOrEqual(maxLines);
            if (parts.length > 1) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
            for (const part of parts.slice(1)) expect(part).not.toMatch(/^a/);
          }
        },
      ),
    );
  });

  it("counts a dropped event with all its lines", () => {
    expect(apply({ multiline, exclude: "at a" }, ["1 boom", "  at a", "2"])).toMatchObject({
      filtered: 2,
      joinedAway: 0,
      joined: 0,
    });
    expect(apply({ multiline, sample: { rate: 0 } }, ["1 x", "  at a", "2"])).toMatchObject({
      sampledOut: 3,
      joinedAway: 0,
    });
  });
});

test("the decisions tell the fate of each event, joined or not, and why", () => {
  const rule = ruleOf({ multiline: { startPattern: "^\\S" }, include: ["o"], exclude: ["x$"], redact: ["email"] });
  const index = indexOf(events(["one bob@x.com", "  more", "two x", "nix", "three"]));
  const told = [...decisionsOf(rule, eventsOf(index))].map(({ event, ...decision }) =>
    decision.fate === "kept"
      ? { ...decision, kept: decision.kept.message, id: idOf(event) }
      : { ...decision, id: idOf(event) },
  );
  const text = "one [REDACTED:email]\n  more";
  expect(told).toEqual([
    { id: "e0", fate: "kept", lines: 2, text, kept: text, redactedBy: ["email"] },
    { id: "e2", fate: "filtered", lines: 1, text: "two x", exclude: "x$" },
    { id: "e3", fate: "filtered", lines: 1, text: "nix", exclude: "x$" },
    { id: "e4", fate: "filtered", lines: 1, text: "three" },
  ]);
});

test.each<[RuleActions, string[]]>([
  [{ include: "a" }, ["a", "ab"]],
  [{ include: ["a", "c"] }, ["a", "ab", "c"]],
  [{ exclude: "b" }, ["a", "c"]],
  [{ exclude: ["b", "c"] }, ["a"]],
  [{ include: "a", exclude: "b" }, ["a"]],
  [{ include: "(?i)A$" }, ["a"]],
  [{ include: "bob", redact: ["email"] }, []],
  [{ include: [], exclude: [] }, ["a", "ab", "b", "c"]],
])("%j keeps %j", (rule, kept) => {
  expect(texts(rule, ["a", "ab", "b", "c"])).toEqual(kept);
});

test("filters see the text before it is redacted", () => {
  expect(texts({ include: "bob", redact: ["email"] }, ["bob@x.com"])).toEqual(["[REDACTED:email]"]);
});

describe("sample", () => {
  const key = "id=(\\w+)";

  it("keeps all lines of one request or none, the same ones every time", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.nat(3))),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (lines, rate) => {
          const messages = lines.map(([id, i]) => `line ${i} id=${id} end`);
          const kept = texts({ sample: { rate, key } }, messages);
          expect(texts({ sample: { rate, key } }, messages)).toEqual(kept);
          const ids = new Set(kept.map((text) => text.match(/id=\d/)?.[0] ?? ""));
          expect(kept).toEqual(messages.filter((text) => [...ids].some((id) => text.includes(id))));
        },
      ),
    );
  });

  it.each([0.01, 0.1, 0.5, 0.9])("keeps about %d of many keys, and of many ids", (rate) => {
    const messages = Array.from({ length: 20_000 }, (_, i) => `id=${i}`);
    // Six times the standard deviation: chance alone does not fail it, and keys are fixed anyway.
    const tolerance = 6 * Math.sqrt((rate * (1 - rate)) / messages.length);
    for (const sample of [{ rate, key }, { rate }]) {
      const { events } = apply({ sample }, messages);
      expect(Math.abs(events.length / messages.length - rate)).toBeLessThan(tolerance);
      for (const event of events) expect(event.sampleRate).toBe(rate);
    }
  });

  it("uses the group named key, and sees the text before it is redacted", () => {
    const messages = Array.from({ length: 100 }, (_, i) => `x y u${i}@x.com`);
    const { length } = texts({ sample: { rate: 0.5, key: "(x) y (?<key>\\S+)" }, redact: ["email"] }, messages);
    expect(length).toBeGreaterThan(20);
    expect(length).toBeLessThan(80);
  });

  it("never drops an error unless told, and gives it the rate 1", () => {
    const messages = ["ERROR boom", "fine"];
    expect(apply({ sample: { rate: 0 } }, messages)).toMatchObject({
      events: [{ message: "ERROR boom", sampleRate: 1 }],
      sampledOut: 1,
    });
    expect(apply({ sample: { rate: 0, keepErrors: false } }, messages)).toMatchObject({ events: [], sampledOut: 2 });
  });
});

test.each([
  ["ERROR boom", true],
  ["2026 [err] boom", true],
  ["java.lang.NullPointerException: x", true],
  ["Traceback (most recent call last):", true],
  ["panic: runtime error", true],
  ["level=fatal msg=x", true],
  ["all is well", false],
  ["alerting enabled", false],
  ['{"level":"error","msg":"x"}', true],
  ['{"Level":"Error"}', true],
  ['{"level" : "ERR"}', true],
  ['{"status":"critical"}', true],
  ['{"severity":"EMERGENCY"}', true],
  ['{"log":{"level":"error"}}', true],
  ['{"log.level":"fatal"}', true],
  ['{"level":"E"}', true],
  ['{"level":50}', true],
  ['{"level":60}', true],
  ['{"level":3}', true],
  ['{"status":500}', true],
  ['{"status":"503"}', true],
  ['{"level":30}', false],
  ['{"status":200}', false],
  ['{"status":0}', false],
  ['{"level":"info","msg":"error count 0"}', false],
  ['{"level":"info","status":"error"}', true],
  ['{"msg":"an error"}', true],
  ['{"level":"error" broken', true],
  ['{"level":null}', false],
])("%s is an error: %s", (text, isError) => {
  expect(isErrorLevel(text)).toBe(isError);
});

describe("compileRules", () => {
  const rules = compileRules({
    rules: [
      {
        name: "shop",
        logGroup: "/ecs/*",
        logStream: "web/*",
        capture: [
          { from: "logGroup", pattern: "^/ecs/(?<team>[^-]+)-(?<app>.+)$" },
          { from: "logStream", pattern: "^web/(?<team>none)?" },
        ],
        service: "${app}",
        env: "prod",
        tags: ["team:${team}", "static:1"],
      },
      { logGroup: "/ecs/*", source: "java" },
    ],
    default: { host: "h" },
  });

  it("takes the first rule that matches both names, else the default", () => {
    expect(rules.for(NAMES).name).toBe("shop");
    expect(rules.for({ ...NAMES, logStream: "x" }).name).toBe("/ecs/*");
    expect(rules.for({ logGroup: "/aws/x", logStream: "" }).name).toBe("default");
    expect(compileRules({ rules: [] }).for(NAMES).name).toBe("none");
  });

  it("fills groups of the names in, and leaves out what refers to one that is not there", () => {
    expect(rules.for(NAMES).overridesFor(NAMES)).toEqual({
      service: "api",
      env: "prod",
      tags: ["team:shop", "static:1"],
    });
    const names = { ...NAMES, logGroup: "/ecs/plain" };
    expect(rules.for(names).overridesFor(names)).toEqual({ env: "prod", tags: ["static:1"] });
    expect(rules.for({ logGroup: "z", logStream: "" }).overridesFor({ logGroup: "z", logStream: "" })).toEqual({
      host: "h",
      tags: [],
    });
  });

  it("throws on what parseRules would have refused", () => {
    expect(() => compileRules({ rules: [], default: { exclude: "(" } })).toThrow(TypeError);
  });
});
