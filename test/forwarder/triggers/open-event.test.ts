import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openLedger } from "../../../functions/forwarder/ledger.ts";
import { openEvent } from "../../../functions/forwarder/triggers/open-event.ts";
import { INVOCATION } from "../../support/deliveries.ts";
import { manualClock } from "../../support/sends.ts";

const ABOUT = { functionArn: INVOCATION.functionArn, said: {} };
const NOT_KNOWN = { kind: "unknown", reason: "not a CloudWatch Logs event: no awslogs.data" };
const open = (event: unknown) => openEvent(event, ABOUT, () => undefined);

describe("opening an event", () => {
  it.each([
    [{}],
    [null],
    [undefined],
    [[]],
    ["awslogs"],
    [{ awslogs: null }],
    [{ awslogs: { data: 1 } }],
    [{ Records: [] }],
  ])("says that %j is no CloudWatch Logs event, and keeps it whole", (event) => {
    expect(open(event).items).toEqual([{ whole: event, content: NOT_KNOWN }]);
  });

  it("finds one delivery in what a subscription sends, whatever else is in it", () => {
    const event = { awslogs: { data: "H4sI" }, Records: [{ eventSource: "aws:kinesis" }] };
    expect(open(event).items).toEqual([
      { whole: event, content: { kind: "delivery", data: "H4sI", field: "awslogs.data" } },
    ]);
  });

  it("never throws, whatever JSON comes, and finds no delivery in it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (event) => {
        expect(open(event).items).toEqual([{ whole: event, content: NOT_KNOWN }]);
      }),
    );
  });
});

describe("the answer to who invoked the function", () => {
  const report = openLedger(INVOCATION, 1, manualClock()).close();

  it.each([
    ["a subscription", { awslogs: { data: "H4sI" } }],
    ["something unknown", { Records: [] }],
  ])("is the report, or the failure thrown, if it was %s", (_what, event) => {
    const { items, answer } = open(event);
    expect(answer({ report }, items)).toBe(report);
    const failure = new Error("the store is down");
    expect(() => answer({ report, failure, firstFailedItem: 0 }, items)).toThrow(failure);
  });
});
