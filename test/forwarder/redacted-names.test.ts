/** What a rule redacts does not leave by another way: names, tags, settings, and what ECS tells. */
import { expect, test } from "vitest";
import { entriesOf } from "../../functions/forwarder/entries.ts";
import { openLedger } from "../../functions/forwarder/ledger.ts";
import { describeSources } from "../../functions/forwarder/sources.ts";
import { type FindRule, loadRules } from "../../functions/forwarder/stages/rules/load.ts";
import type { RuleActions } from "../../functions/forwarder/stages/rules/types.ts";
import type { Delivery } from "../../functions/records/delivery.ts";
import { ConfigError } from "../../functions/settings/config.ts";
import { delivery, INVOCATION, onTheWire } from "../support/deliveries.ts";
import { manualClock } from "../support/sends.ts";

const SETTINGS = { tags: [], forwarderName: "f", forwarderVersion: "1.2.3", metadata: { budgetMs: 0 } };

/** When the events of a delivery were written. */
const NOW = 1_795_366_123_000;

async function sent(rules: FindRule | ConfigError, given: Delivery, settings = {}) {
  if (rules instanceof ConfigError) throw rules;
  const ledger = openLedger(INVOCATION, 1, manualClock());
  const describing = { settings: { ...SETTINGS, ...settings }, rules };
  const sources = await describeSources([{ item: 0, delivery: given }], INVOCATION, describing, ledger);
  const [entry] = [...entriesOf(sources, ledger, NOW)];
  if (!entry) throw new Error("no entry");
  const wire: Record<string, unknown> = onTheWire(entry);
  return { wire, text: JSON.stringify(wire), report: ledger.close() };
}

const rulesOf = (actions: RuleActions) =>
  loadRules(JSON.stringify({ rules: [{ logGroup: "*", name: "all", ...actions }] }), {});

test("tags and names that a rule builds of groups hold nothing of what it redacts", async () => {
  const rules = rulesOf({
    capture: [{ from: "logStream", pattern: "^(?<who>[^/]+)/(?<where>[^/]+)" }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: so rules write groups.
    ...{ tags: ["user:${who}", "at:${where}", "team:shop"], service: "for ${who}", host: "${where}" },
    redact: ["email", "ipv4"],
  });
  const { wire, text, report } = await sent(rules, delivery(["hi"], { logStream: "anna@example.com/10.20.30.40" }));
  expect(text).not.toMatch(/anna|20\.30/);
  expect(wire.service).toBe("for [REDACTED:email]");
  expect(wire.hostname).toBe("[REDACTED:ipv4]");
  expect(String(wire.ddtags).split(",")).toEqual(
    expect.arrayContaining(["user:_redacted:email_", "at:_redacted:ipv4_", "team:shop"]),
  );
  expect(report.redactedBy).toMatchObject({ email: expect.any(Number), ipv4: expect.any(Number) });
});

test("log group, log stream and the forwarder's own settings are looked at, too", async () => {
  const names = { logGroup: "/app/anna@example.com", logStream: "10.20.30.40" };
  const settings = { tags: ["owner:bob@example.com", "version:1.2.3.4"], env: "of-eva@example.com" };
  const { wire, text } = await sent(rulesOf({ redact: ["email", "ipv4"] }), delivery(["hi"], names), settings);
  expect(text).not.toMatch(/anna|bob|eva|20\.30/);
  expect(wire.aws).toMatchObject({
    awslogs: { logGroup: "/app/[REDACTED:email]", logStream: "[REDACTED:ipv4]", owner: "111122223333" },
  });
  // A key tells what its value is.
  expect(wire.ddtags).toContain("version:1.2.3.4");
});

test("a user's own pattern sees each text alone", async () => {
  const rules = rulesOf({ redact: [{ name: "team", pattern: "^secret-\\w+$" }] });
  const names = { logGroup: "secret-project", logStream: "not-secret-project" };
  const { wire, report } = await sent(rules, delivery(["hi"], names));
  expect(wire.aws).toMatchObject({ awslogs: { logGroup: "[REDACTED]", logStream: "not-secret-project" } });
  expect(report.redactedBy).toEqual({ team: 2 });
});

test("Datadog's settings reach all that is sent", async () => {
  const rules = loadRules(undefined, { REDACT_IP: "true", REDACT_EMAIL: "true" });
  const names = { logGroup: "/app/pkg@1.2.3", logStream: "1.2.3.4" };
  const { text } = await sent(rules, delivery(["x pkg@1.2.3 1.2.3.4"], names), { tags: ["v:1.2.3.4", "o:a@b.cc"] });
  expect(text.replaceAll("xxxxx@xxxxx.com", "")).not.toMatch(/\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|@/);
});

test("without anything to redact, nothing is changed and nothing is told", async () => {
  const given = delivery(["GET / 200"]);
  const with_ = await sent(rulesOf({ redact: ["email", "jwt", "private-key", { pattern: "password=\\S+" }] }), given);
  const without = await sent(rulesOf({}), given);
  expect(with_.wire).toEqual(without.wire);
  expect(with_.report).not.toHaveProperty("redactedBy");
});

test("each part that is cut out of a text counts for its detector, and patterns without a name are not named", async () => {
  const rules = rulesOf({ redact: ["email", { pattern: "pass=\\w+" }, { name: "pin", pattern: "pin=\\d+" }] });
  const { report } = await sent(rules, delivery(["a@b.cc and c@d.ee pass=x pin=1"]));
  expect(report).toMatchObject({ redacted: 1, redactedBy: { email: 2, pattern: 1, pin: 1 } });
});

test("a pattern that matches much takes away no field", async () => {
  const { wire } = await sent(rulesOf({ redact: [{ pattern: "a+b|[a-z]", replacement: "*" }] }), delivery(["a b"]));
  expect(wire).toMatchObject({
    message: "* *",
    aws: { awslogs: { logGroup: "/***/****-***" } },
    hostname: expect.any(String),
  });
});
