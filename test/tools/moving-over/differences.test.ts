import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { forward } from "../../../functions/forwarder/forward.ts";
import { loadRules } from "../../../functions/forwarder/stages/rules/load.ts";
import { accountingGap } from "../../../functions/records/fates.ts";
import { ConfigError } from "../../../functions/settings/config.ts";
import { subscriptionEvent } from "../../../tools/cloudwatch.ts";
import { INVOCATION } from "../../support/deliveries.ts";
import { quickClock } from "../../support/forwarder.ts";
import { storeAndIntake } from "../../support/store-and-intake.ts";
import {
  BETTER,
  type Difference,
  LAYERS_LINES,
  NOT_TAKEN_OVER,
  RULE_FOR_LAYER,
  THE_SAME,
  tableOf,
} from "./differences.ts";

const PAGE = readFileSync(new URL("../../../docs/moving-over.md", import.meta.url), "utf8");
const there = storeAndIntake();
afterEach(() => {
  there.intake.recorder.clear();
  there.bucket.clear();
});

interface Entry {
  readonly ddtags: string;
  readonly message: string;
}

/** What arrives at the intake, and the report. */
async function forwarded(event: unknown, environment: Readonly<Record<string, string>> = {}, rulesText?: string) {
  const rules = loadRules(rulesText, environment);
  if (rules instanceof ConfigError) throw rules;
  const invocation = { ...INVOCATION, deadlineMs: quickClock.monotonicMs() + 60_000 };
  const parts = { ...there.parts(quickClock, environment), rules };
  const { report } = await forward(event, invocation, parts);
  return { report, entries: there.intake.recorder.entries() as unknown as Entry[] };
}

const valueAt = (entry: unknown, path: string): unknown =>
  path.split(".").reduce((value: unknown, name) => (value as Record<string, unknown> | undefined)?.[name], entry);

describe.each([
  ["the same", THE_SAME],
  ["better", BETTER],
  ["not taken over", NOT_TAKEN_OVER],
])("%s", (_, differences: readonly Difference[]) => {
  test.each(differences)("$what", async ({ tried }) => {
    there.intake.recorder.setFaults(tried.fault && { always: tried.fault });
    const { report, entries } = await forwarded(tried.event, tried.environment);
    there.intake.recorder.setFaults(undefined);
    expect(entries).toHaveLength(tried.entries.length);
    for (const [i, { has = {}, hasNot = [], tags = [], noTags = [] }] of tried.entries.entries()) {
      const entry = entries[i] as Entry;
      expect(entry).toMatchObject(has);
      expect(entry.ddtags.split(",")).toEqual(expect.arrayContaining([...tags]));
      for (const tag of noTags) expect(entry.ddtags.split(",")).not.toContain(tag);
      for (const path of hasNot) expect(valueAt(entry, path)).toBeUndefined();
    }
    const keys = await there.bucket.keys();
    expect(keys.map((key) => key.replace(/\/.*/, "/"))).toEqual(tried.stored ?? []);
    expect(accountingGap(report)).toBe(0);
  });
});

test("the rule in the page drops what Datadog's layer writes, and nothing else of Lambda", async () => {
  const { TRACE, METRIC, REPORT, LAMBDA } = LAYERS_LINES;
  const json = '{"level":"info","message":"order","m":"x"}\n';
  // As another runtime's layer orders the names.
  const metric = '{"m": "orders.placed", "v": 1, "e": 1795366123, "t": ["shop:eu"]}\n';
  const lines = [TRACE, METRIC, metric, REPORT, json, 'prefix {"traces":[[', "hello\n"];
  const events = lines.map((message, i) => ({ id: `e${i}`, timestamp: Date.now(), message }));
  const rules = JSON.stringify(RULE_FOR_LAYER);
  const { report, entries } = await forwarded(subscriptionEvent(LAMBDA, events), {}, rules);
  expect(entries.map(({ message }) => message)).toEqual(lines.slice(3));
  expect(report).toMatchObject({ received: 7, delivered: 4, filtered: 3 });
});

describe("the page", () => {
  test.each([
    ["the same", tableOf(THE_SAME, "So")],
    ["better", tableOf(BETTER, "Why")],
    ["not taken over", tableOf(NOT_TAKEN_OVER, "Why, and what to do instead")],
  ])("has every row of what is %s", (_, table) => {
    expect(PAGE).toContain(table);
  });

  test("has the rule", () => {
    const blocks = [...PAGE.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""]) => JSON.parse(text));
    expect(blocks).toContainEqual(RULE_FOR_LAYER);
  });
});
