import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDeliveries } from "../../../functions/forwarder/stages/read.ts";
import {
  mayNeedRedating,
  messageDates,
  redate,
  redateEvent,
  redateText,
} from "../../../functions/forwarder/stages/redate.ts";
import { ORIGINAL, redateMessage } from "../../../functions/forwarder/stages/redate-message.ts";
import { MAX_EVENT_AGE_MS } from "../../../functions/forwarder/stages/redate-range.ts";
import { entryDates } from "../../../functions/recorder/entry-dates.ts";
import { type EventIndex, eventsOf, indexOf } from "../../../functions/records/event.ts";
import { datedMessages } from "../../support/dated-messages.ts";

const NOW = Date.UTC(2026, 10, 25, 10);
const HOUR_MS = 3_600_000;
const OLD = "2025-11-23T12:13:20.000Z";

const isTaken = (date: number) => date >= NOW - 18 * HOUR_MS && date <= NOW + 2 * HOUR_MS;

describe("what is renamed", () => {
  test.each([
    ["timestamp", "original_timestamp"],
    ["date", "original_date"],
    ["_timestamp", "original__timestamp"],
    ["Timestamp", "original_Timestamp"],
    ["eventTime", "original_eventTime"],
    ["published_date", "original_published_date"],
    ["@timestamp", "original_@timestamp"],
    ["syslog.timestamp", "syslog.original_timestamp"],
  ])("%s becomes %s", (name, other) => {
    expect(redateText(`{"${name}":"${OLD}","level":"info"}`, NOW)).toEqual({
      message: `{"${other}":"${OLD}","level":"info"}`,
      attributes: [other],
    });
  });

  test("all that are old, at the top and within syslog, and nothing else", () => {
    const text = `{ "date" : "${OLD}", "timestamp":"${new Date(NOW).toISOString()}", "n": 12345678901234567890,
  "syslog": {"timestamp": 1, "host": "a\\u00e9"}, "eventTime": "2026-11-25T10:00:01Z", "details": {"date": "${OLD}"} }\n`;
    expect(redateText(text, NOW)).toEqual({
      message: text
        .replace('"date" :', '"original_date" :')
        .replace('"syslog": {"timestamp"', '"syslog": {"original_timestamp"'),
      attributes: ["original_date", "syslog.original_timestamp"],
    });
  });

  test("one with a letter written as an escape", () => {
    expect(redateText(`{"d\\u0061te":"${OLD}"}`, NOW)?.message).toBe(`{"original_date":"${OLD}"}`);
  });

  test("under a name that is free", () => {
    expect(redateText(`{"date":1,"original_date":"mine","date":2}`, NOW)).toEqual({
      message: `{"original_original_date":1,"original_date":"mine","original_original_original_date":2}`,
      attributes: ["original_original_date", "original_original_original_date"],
    });
  });

  const at = (offset: number) => new Date(NOW + offset).toISOString();
  test.each([
    ["ten minutes before it is too old", at(-MAX_EVENT_AGE_MS - 1)],
    ["exactly 18 hours old", at(-18 * HOUR_MS)],
    ["two hours ahead", at(2 * HOUR_MS)],
    ["milliseconds in a text", String(NOW - 20 * HOUR_MS)],
    ["milliseconds", NOW - 20 * HOUR_MS],
    ["seconds, which read as milliseconds are in 1970", NOW / 1_000],
    ["seconds in a text", `${NOW / 1_000}.25`],
    ["zero", 0],
    ["before 1970", -1],
    ["as in RFC 3164", "Nov 23 12:13:20"],
    ["as in RFC 3164, one digit", "Nov  3 12:13:20"],
    ["as in RFC 3164, behind its priority", "<34>Nov 23 12:13:20"],
    ["a day", "2026-11-24"],
    ["a day of a week", "2026-W47-7"],
    ["a day of the year, short", "2026327T101010Z"],
    ["without a zone", "2026-11-24 10:00:00"],
    ["in a zone, in range only without it", "2026-11-25T02:00:00+10:00"],
    ["as Java prints it", "2025-11-23T12:13:20+01:00[Europe/Paris]"],
    ["as Go prints it", "2025-11-23 12:13:20.123 +0000 UTC"],
  ])("%s", (_what, date) => {
    expect(redateText(JSON.stringify({ date }), NOW)?.attributes).toEqual(["original_date"]);
  });

  test.each([
    ["what the intake takes", { date: at(-17 * HOUR_MS), timestamp: NOW, eventTime: "Nov 25 09:59:59" }],
    ["in a zone, out of range only without it", { date: "2026-11-25T20:00:00+10:00" }],
    ["no date", { date: "yesterday", timestamp: null, eventTime: [OLD], Timestamp: { date: OLD } }],
    [
      "a form that the intake does not document",
      { date: "Sun, 23 Nov 2025 12:13:20 GMT", timestamp: "23/Nov/2025:12:13:20" },
    ],
    ["another attribute", { time: OLD, ts: 1, Date: OLD, DATE: OLD, datetime: OLD }],
    ["what is deeper", { a: { date: OLD }, syslog: { b: { timestamp: OLD }, date: OLD }, c: [{ date: OLD }] }],
    ["JSON within a text", { message: JSON.stringify({ date: OLD }) }],
  ])("not %s", (_what, json) => {
    expect(redateText(JSON.stringify(json), NOW)).toBeUndefined();
  });

  test.each([
    `2025-11-23 12:13:20 plain text`,
    `date="${OLD}"`,
    `[{"date":"${OLD}"}]`,
    `{"date":"${OLD}"`,
    `x {"date":"${OLD}"}`,
    "",
  ])("not what is no JSON object: %s", (text) => {
    expect(redateText(text, NOW)).toBeUndefined();
  });
});

/** How messages reach it: by the marks of the scanner, without marks, and as rules left them. */
const WAYS: Readonly<Record<string, (messages: readonly string[]) => EventIndex>> = {
  scanned: (messages) => {
    const logEvents = messages.map((message, i) => ({ id: String(i), timestamp: NOW, message }));
    const names = { messageType: "DATA_MESSAGE", owner: "1", logGroup: "g", logStream: "s", subscriptionFilters: [] };
    const found = readDeliveries(Buffer.from(JSON.stringify({ ...names, logEvents })));
    const index = typeof found === "string" ? undefined : found[0]?.events;
    if (!index?.dateMarks && messages.length > 1) throw new Error("not scanned");
    return index as EventIndex;
  },
  parsed: (messages) => indexOf(messages.map((message, i) => ({ id: String(i), timestamp: NOW, message }))),
};

describe("of any messages", () => {
  const messages = fc.array(datedMessages(NOW), { minLength: 2, maxLength: 6 });

  test.each(Object.entries(WAYS))("the bytes tell which may be old, and none is passed over: %s", (_way, indexed) => {
    fc.assert(
      fc.property(messages, (texts) => {
        const index = indexed(texts);
        const own = messageDates(index, NOW);
        const ruled = messageDates(index, NOW);
        const exact = texts.map((text) => redateMessage(text, NOW));
        expect([...eventsOf(index)].map((event) => redateEvent(own, event, undefined))).toEqual(exact);
        expect([...eventsOf(index)].map((event, i) => redateEvent(ruled, event, texts[i]))).toEqual(exact);
      }),
      { numRuns: 600 },
    );
  });

  test("the intake finds no date any more that it refuses, and all else is as it was", () => {
    let renamed = 0;
    fc.assert(
      fc.property(datedMessages(NOW), (text) => {
        const { message, attributes } = redateText(text, NOW) ?? { message: text, attributes: [] };
        expect(entryDates({ message }, NOW).filter((date) => !isTaken(date))).toEqual([]);
        expect(redateText(message, NOW)).toBeUndefined();
        if (attributes.length === 0) return;
        renamed += 1;
        // Without the escapes of names, which are written anew, and without the new part of names.
        const plain = (json: string) =>
          json.replaceAll(/\\u00[2-7][\da-f]/g, (one) => JSON.parse(`"${one}"`)).replaceAll(ORIGINAL, "");
        expect(plain(message)).toBe(plain(text));
      }),
      { numRuns: 1_500 },
    );
    expect(renamed).toBeGreaterThan(150);
  });

  test("of a payload, too, and what its bytes do not tell of has nothing to redate", () => {
    const sent = fc.record({ timestamp: fc.constantFrom(NOW, NOW - 20 * HOUR_MS), message: datedMessages(NOW) });
    fc.assert(
      fc.property(fc.array(sent, { minLength: 1, maxLength: 2 }), (entries) => {
        const done = redate(entries, NOW);
        if (done.count > 0) expect(mayNeedRedating(Buffer.from(JSON.stringify(entries)), NOW)).toBe(true);
        for (const [i, entry] of done.entries.entries()) {
          expect(entryDates({ ...entry }, NOW).filter((date) => !isTaken(date))).toEqual([]);
          if (entry === entries[i]) continue;
          expect(entry).toHaveProperty("redated");
        }
        expect(redate(done.entries, NOW)).toEqual({ entries: done.entries, count: 0 });
      }),
      { numRuns: 500 },
    );
  });
});

test("a message of a megabyte of old dates where the intake does not look is walked through once", () => {
  const nested = `{"a":{${`"date":"${OLD}",`.repeat(40_000)}"b":1}}`;
  expect(redateText(nested, NOW)).toBeUndefined();
  const index = WAYS.parsed?.([nested]) as EventIndex;
  expect([...eventsOf(index)].map((event) => redateEvent(messageDates(index, NOW), event, undefined))).toEqual([
    undefined,
  ]);
});

test("a delivery of nothing but what looks like names is still scanned, and costs no more memory than its events", () => {
  const message = "date\\".replaceAll("\\", '"').repeat(10_000);
  const index = WAYS.scanned?.([message]) as EventIndex;
  expect(index.dateMarks).toBeUndefined();
  const [event] = eventsOf(index);
  expect(event && redateEvent(messageDates(index, NOW), event, undefined)).toBeUndefined();
});

test("public records of services have no old date by mistake", () => {
  const fixture = readFileSync(new URL("../../fixtures/fluent-bit-request.json", import.meta.url), "utf8");
  const { body } = JSON.parse(fixture);
  expect(redate(body, body[0].timestamp).count).toBe(0);
});
