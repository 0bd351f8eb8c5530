import { afterEach, describe, expect, test } from "vitest";
import { forward } from "../../functions/forwarder/forward.ts";
import { entriesOf, payloadOf, type SentEntry } from "../../functions/intake/payload.ts";
import { createRecorder } from "../../functions/recorder/record.ts";
import { presentDay } from "../../functions/replayer/pieces.ts";
import { subscriptionEvent } from "../../tools/cloudwatch.ts";
import { compress, events, INVOCATION, STREAM } from "../support/deliveries.ts";
import { quickClock } from "../support/forwarder.ts";
import { LOG_HEADERS } from "../support/http-request.ts";
import { storeAndIntake } from "../support/store-and-intake.ts";

const HOUR_MS = 3_600_000;
const services = storeAndIntake();
afterEach(() => services.intake.recorder.clear());

/** What arrives of these messages, written at that time. */
async function sent(messages: readonly string[], timestamp: number, settings: Readonly<Record<string, string>> = {}) {
  const event = subscriptionEvent(STREAM, events(messages, timestamp));
  const invocation = { ...INVOCATION, deadlineMs: performance.now() + 60_000 };
  const { report } = await forward(event, invocation, services.parts(quickClock, settings));
  const { tooOld, tooNew, oversized } = services.intake.recorder.summary();
  expect({ tooOld, tooNew, oversized }).toEqual({ tooOld: 0, tooNew: 0, oversized: 0 });
  return { report, entries: services.intake.recorder.entries() };
}

test("of old events, dates in their JSON get another name, and the text is the same besides", async () => {
  const old = Date.now() - 20 * HOUR_MS;
  const date = new Date(old).toISOString();
  const messages = [
    `{"timestamp":"${date}","level":"info", "n":12345678901234567890}`,
    `{"time":"${date}","level":"info"}`,
    `${date} plain text`,
    `{"eventVersion":"1.11","eventTime":"${date}","eventName":"GetObject"}`,
  ];
  const { report, entries } = await sent(messages, old);
  expect(report).toMatchObject({ received: 4, delivered: 4, redated: 4 });
  expect(entries).toMatchObject([
    {
      message: messages[0]?.replace("timestamp", "original_timestamp"),
      redated: { originalTimestamp: old, attributes: ["original_timestamp"] },
    },
    { message: messages[1], redated: { originalTimestamp: old + 1 } },
    { message: messages[2], redated: { originalTimestamp: old + 2 } },
    {
      message: messages[3]?.replace("eventTime", "original_eventTime"),
      redated: { originalTimestamp: old + 3, attributes: ["original_eventTime"] },
    },
  ]);
  expect(entries[1]?.redated).not.toHaveProperty("attributes");
});

test("new events keep their time when only a date in their JSON is old", async () => {
  const now = Date.now();
  const messages = [`{"invoice":7,"date":"2024-02-29"}`, `{"timestamp":${now}}`, `{"due":{"date":"2024-02-29"}}`];
  const { report, entries } = await sent(messages, now);
  expect(report).toMatchObject({ delivered: 3, redated: 1 });
  expect(entries).toMatchObject([
    {
      timestamp: now,
      message: `{"invoice":7,"original_date":"2024-02-29"}`,
      redated: { attributes: ["original_date"] },
    },
    { timestamp: now + 1, message: messages[1] },
    { timestamp: now + 2, message: messages[2] },
  ]);
  expect(entries.slice(1).some((entry) => "redated" in entry)).toBe(false);
});

test("tags taken out of the JSON do not hide its dates", async () => {
  const { entries } = await sent([`{"date":"2024-02-29","ddtags":"a:b"}`], Date.now());
  expect(entries).toMatchObject([
    { message: `{"original_date":"2024-02-29"}`, ddtags: expect.stringContaining("a:b"), redated: {} },
  ]);
});

test("the largest message is no larger than the intake takes", async () => {
  const text = (bytes: number) => `{"date":"2024-02-29","eventTime":1,"text":"${"x".repeat(bytes)}"}`;
  const { entries } = await sent([text(998_000), text(999_900)], Date.now());
  expect(entries[0]).toMatchObject({ redated: { attributes: ["original_date", "original_eventTime"] } });
  expect(entries[1]).toHaveProperty("truncated");
});

describe("what was stored and is sent later", () => {
  const now = Date.now();
  const written = (message: string, timestamp: number) => ({ id: "a", timestamp, message, ddsource: "ecs" });

  /** What the replayer sends that many hours later. */
  async function later(entries: readonly SentEntry[], hours: number) {
    const payload = payloadOf(entries, compress);
    const then = now + hours * HOUR_MS;
    const present = presentDay(payload, then, compress);
    if (typeof present === "string") throw new Error(present);
    const recorder = createRecorder({ now: () => then });
    const headers = { ...LOG_HEADERS, "content-encoding": present.payload.encoding };
    await recorder.reply({ method: "POST", path: "/api/v2/logs", headers, body: present.payload.body }, undefined);
    expect(recorder.summary()).toMatchObject({ entries: entries.length, tooOld: 0, tooNew: 0 });
    return { ...present, before: payload, entries: entriesOf(present.payload.body) };
  }

  test("is redated by its own dates, too, though the entry is not that old", async () => {
    const message = `{"@timestamp":"${new Date(now - 17 * HOUR_MS).toISOString()}","n":1.0}`;
    const { redated, entries } = await later([written(message, now), written("text", now)], 1);
    expect(redated).toBe(1);
    expect(entries).toEqual([
      {
        ...written(message.replace("@timestamp", "original_@timestamp"), now),
        redated: { attributes: ["original_@timestamp"] },
      },
      written("text", now),
    ]);
  });

  test("goes as it is, byte for byte, if no date is old", async () => {
    const message = `{"@timestamp":"${new Date(now - 16 * HOUR_MS).toISOString()}","date":{"timestamp":1}}`;
    const { redated, payload, before } = await later([written(message, now)], 1);
    expect(redated).toBe(0);
    expect(payload).toBe(before);
  });

  test("keeps what it was called and when it was, however often it is stored", async () => {
    const message = `{"date":"${new Date(now).toISOString()}","timestamp":${now + 20 * HOUR_MS}}`;
    const first = await later([{ ...written(message, now), redated: { attributes: ["original_eventTime"] } }], 30);
    expect(first.entries).toMatchObject([
      {
        timestamp: now + 30 * HOUR_MS,
        redated: { originalTimestamp: now, attributes: ["original_eventTime", "original_date"] },
      },
    ]);
    const second = await later(first.entries ?? [], 100);
    expect(second.entries).toMatchObject([
      {
        timestamp: now + 100 * HOUR_MS,
        message: `{"original_date":"${new Date(now).toISOString()}","original_timestamp":${now + 20 * HOUR_MS}}`,
        redated: {
          originalTimestamp: now,
          attributes: ["original_eventTime", "original_date", "original_timestamp"],
        },
      },
    ]);
  });

  test("dates beside the entry's own get other names as well", async () => {
    const { entries } = await later(
      [{ timestamp: now, date: "2024-02-29", syslog: { timestamp: 1, host: "h" } } as never],
      0,
    );
    expect(entries).toEqual([
      {
        timestamp: now,
        original_date: "2024-02-29",
        syslog: { original_timestamp: 1, host: "h" },
        redated: { attributes: ["original_date", "syslog.original_timestamp"] },
      },
    ]);
  });
});
