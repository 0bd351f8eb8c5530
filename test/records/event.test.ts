import fc from "fast-check";
import { expect, test } from "vitest";
import {
  eventAt,
  eventsOf,
  idOf,
  indexOf,
  logEvent,
  messageBytes,
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

test("the size of a message is that of its text in UTF-8, however it is spelled", () => {
  const spell = (text: string, as: number) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[^\\"]/g, (unit, at: number) =>
        (at + as) % 3 || unit < " " ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
  fc.assert(
    fc.property(anyText(), fc.nat(2), (text, as) => {
      const spelled = spell(text, as);
      // An escape that was put into another one is no JSON.
      fc.pre(isTextIn(spelled, text));
      const json = Buffer.from(`{"id":"","timestamp":0,"message":"${spelled}"`);
      const messageStart = json.indexOf('"message":"') + 11;
      const event = { json, start: 0, messageStart, messageEnd: json.length - 1, timestamp: 0 };
      expect(messageBytes(event)).toBe(Buffer.byteLength(text));
    }),
  );
});

function isTextIn(spelled: string, text: string): boolean {
  try {
    return JSON.parse(`"${spelled}"`) === text && Buffer.from(spelled).toString() === spelled;
  } catch {
    return false;
  }
}

test("of a message far longer than any of CloudWatch's only the beginning is read, in whole characters and escapes", () => {
  const event = logEvent({ id: "", timestamp: 0, message: 'é"🎉\u0001'.repeat(100) });
  for (let bytes = 0; bytes < 100; bytes++) {
    const text = messageOf(event, bytes);
    expect('é"🎉\u0001'.repeat(100).startsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThanOrEqual(Math.floor(bytes / 15));
  }
});
