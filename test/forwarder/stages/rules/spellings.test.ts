/** What leaves, and what is changed for nothing, on lines as real programs write them, with all built-in detectors on. */
import { expect, test } from "vitest";
import { applyRule } from "../../../../functions/forwarder/stages/rules/apply.ts";
import { compileRules } from "../../../../functions/forwarder/stages/rules/compile.ts";
import { DETECTOR_NAMES } from "../../../../functions/forwarder/stages/rules/types.ts";
import { indexOf, messageOf } from "../../../../functions/records/event.ts";
import { events } from "../../../support/deliveries.ts";
import { ORDINARY_LINES } from "./ordinary-lines.ts";
import { SPELLED_SECRETS } from "./spelled-secrets.ts";

const rule = compileRules({ rules: [], default: { redact: DETECTOR_NAMES } }).for({ logGroup: "g", logStream: "s" });

function redacted(line: string): string {
  const [only] = applyRule(rule, indexOf(events([line])), () => undefined);
  return only?.message ?? messageOf(only?.event as NonNullable<typeof only>["event"]);
}

test("there are many, of every kind", () => {
  expect(SPELLED_SECRETS.length).toBeGreaterThanOrEqual(150);
  expect(ORDINARY_LINES.length).toBeGreaterThanOrEqual(100);
});

test("each line of secrets holds what must not leave", () => {
  for (const [, line, ...leaks] of SPELLED_SECRETS) for (const leak of leaks) expect(line).toContain(leak);
});

test("no spelling lets a secret leave", () => {
  const leaving = SPELLED_SECRETS.filter(([, line, ...leaks]) => leaks.some((leak) => redacted(line).includes(leak)));
  expect(leaving.map(([kind, line]) => [kind, redacted(line)])).toEqual([]);
});

test("no ordinary line is changed", () => {
  const changed = ORDINARY_LINES.filter(([, line]) => redacted(line) !== line);
  expect(changed.map(([kind, line]) => [kind, redacted(line)])).toEqual([]);
});
