import fc from "fast-check";
import { expect, test } from "vitest";
import {
  eventAt,
  eventsOf,
  idOf,
  indexOf,
  logEvent,
  messageOf,
  type PlainEvent,
} from "../../functions/records/event.ts";
import { plainEvent, plainEvents } from "../support/deliveries.ts";
import { anyText } from "../support/texts.ts";

const plain: fc.Arbitrary<PlainEvent> = fc.record({
  id: anyText({ maxLength: 40 }),
  timestamp: fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -1_000, max: 1_000 })),
  message: anyText(),
});

test("an event says what it was made of: any text, any whole number", () => {
  fc.assert(
    fc.property(plain, (given) => {
      const event = logEvent(given);
      expect([idOf(event), event.timestamp, messageOf(event)]).toEqual([given.id, given.timestamp, given.message]);
    }),
    { numRuns: 1_000 },
  );
});

test("its bytes are JSON in CloudWatch's order, up to the message's closing quote", () => {
  fc.assert(
    fc.property(plain, (given) => {
      const { json, start, messageEnd } = logEvent(given);
      const text = `${json.toString("utf8", start, messageEnd + 1)}}`;
      expect(text).toBe(JSON.stringify({ id: given.id, timestamp: given.timestamp, message: given.message }));
    }),
  );
});

test.each(["", '"', "\\", '\\"', '","timestamp":1,"message":"', ":7", "\\u0041", "\ud83d", "é\n\0", "37".repeat(28)])(
  "the id %j and the same text as message stay apart",
  (text) => {
    const given = { id: text, timestamp: 7, message: text };
    expect(plainEvent(logEvent(given))).toEqual(given);
  },
);

test.each([0, 1, -1, 10, 1_795_366_123_000, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
  "the time %d is read from its digits exactly",
  (timestamp) => {
    expect(logEvent({ id: "a", timestamp, message: "b" }).timestamp).toBe(timestamp);
  },
);

test("an index has all events in their order, however many bytes they are", () => {
  fc.assert(
    fc.property(fc.array(plain, { maxLength: 30 }), (given) => {
      const index = indexOf(given);
      expect(index.count).toBe(given.length);
      expect(plainEvents(index)).toEqual(given);
      expect(given.map((_, i) => plainEvent(eventAt(index, i)))).toEqual(given);
    }),
  );
  const large = ["é".repeat(5_000), "", "😀".repeat(50_000)].map((message, i) => ({
    id: `e${i}`,
    timestamp: i,
    message,
  }));
  expect(plainEvents(indexOf(large))).toEqual(large);
});

test("unused positions behind the last event are no events", () => {
  const index = indexOf([{ id: "a", timestamp: 1, message: "b" }]);
  const positions = new Uint32Array(30);
  positions.set(index.positions);
  expect([...eventsOf({ ...index, positions })].map(plainEvent)).toEqual([{ id: "a", timestamp: 1, message: "b" }]);
});
