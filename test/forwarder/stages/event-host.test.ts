import { describe, expect, it } from "vitest";
import { entriesOf } from "../../../functions/forwarder/entries.ts";
import { openLedger } from "../../../functions/forwarder/ledger.ts";
import { describeSources } from "../../../functions/forwarder/sources.ts";
import { withEventHost } from "../../../functions/forwarder/stages/event-host.ts";
import type { FindRule } from "../../../functions/forwarder/stages/rules/load.ts";
import type { EntryAttributes } from "../../../functions/records/entry.ts";
import { eventsOf, logEvent } from "../../../functions/records/event.ts";
import type { HostInEvents } from "../../../functions/records/origin.ts";
import { delivery, entry, INVOCATION, onTheWire } from "../../support/deliveries.ts";
import { manualClock } from "../../support/sends.ts";

const COMMON = entry("x").attributes as EntryAttributes;
const INSTANCE = "i-08014e4f62ccf762d";
const calledBy = (name: string) =>
  JSON.stringify({ userIdentity: { arn: `arn:aws:sts::111122223333:assumed-role/App/${name}` } });

function reader(kind: HostInEvents) {
  const attributesOf = withEventHost(COMMON, kind);
  return (text: string, ruled?: string) => attributesOf(logEvent({ id: "1", timestamp: 1, message: text }), ruled);
}

describe("CloudTrail", () => {
  const of = reader("cloudtrail");

  it("has the instance of the caller for the host, and all else as it was", () => {
    expect(of(calledBy(INSTANCE))).toEqual({ ...COMMON, hostname: INSTANCE });
  });

  it.each([
    ["a person", calledBy("alice")],
    ["an instance in another field", JSON.stringify({ requestParameters: { path: `/${INSTANCE}` } })],
    ["no JSON", `x /${INSTANCE}`],
    ["JSON cut short", calledBy(INSTANCE).slice(0, -1)],
    ["an arn that is no text", JSON.stringify({ userIdentity: { arn: [`/${INSTANCE}`] } })],
    ["no identity", JSON.stringify({ userIdentity: null, x: `/${INSTANCE}` })],
    ["null", "null"],
  ])("keeps the host for %s", (_what, text) => {
    expect(of(text)).toBe(COMMON);
  });

  it("has one object for all events of a host, which is written once", () => {
    const first = of(calledBy(INSTANCE));
    expect(of(calledBy("i-08014e4f"))).toMatchObject({ hostname: "i-08014e4f" });
    expect(of(calledBy(INSTANCE))).toBe(first);
  });

  it("reads the text as the rules left it: what they cut out is no host", () => {
    expect(of(calledBy(INSTANCE), calledBy("[redacted]"))).toBe(COMMON);
    expect(of(calledBy("alice"), calledBy(INSTANCE))).toMatchObject({ hostname: INSTANCE });
  });
});

it("does not take for a host what is longer than any, or no text", () => {
  const of = reader("rdsEnhancedMonitoring");
  expect(of(JSON.stringify({ instanceID: "orders-1" }))).toMatchObject({ hostname: "orders-1" });
  for (const instanceID of ["", "x".repeat(256), 7, null, { a: 1 }]) {
    expect(of(JSON.stringify({ instanceID }))).toBe(COMMON);
  }
});

describe("among all entries of a delivery", () => {
  const hosts = async (logStream: string, host?: string) => {
    const given = delivery([calledBy(INSTANCE), calledBy("alice")], { logGroup: "audit", logStream });
    const settings = { tags: [], forwarderName: "f", forwarderVersion: "1", metadata: { budgetMs: 0 } };
    const rules: FindRule = () => ({
      name: "all",
      overrides: { host, tags: [] },
      clean: (value) => value,
      apply: function* (events) {
        for (const event of eventsOf(events)) yield { event };
      },
    });
    const ledger = openLedger(INVOCATION, 1, manualClock());
    const sources = await describeSources([{ item: 0, delivery: given }], INVOCATION, { settings, rules }, ledger);
    return [...entriesOf(sources, ledger, Date.now())]
      .map((one) => onTheWire(one))
      .map((sent) => (sent as { hostname?: string }).hostname);
  };

  it("each has its own host", async () => {
    expect(await hosts("1_CloudTrail_x")).toEqual([INSTANCE, "audit"]);
  });

  it("what a rule says wins", async () => {
    expect(await hosts("1_CloudTrail_x", "mine")).toEqual(["mine", "mine"]);
  });

  it("a line of any other source is not read", async () => {
    expect(await hosts("plain")).toEqual(["audit", "audit"]);
  });
});
