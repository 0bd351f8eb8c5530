import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cutIntoCalls,
  cutLongLine,
  EVENT_OVERHEAD_BYTES,
  eventIds,
  linesOf,
  MAX_CALL_BYTES,
  MAX_CALL_EVENTS,
} from "../../tools/cloudwatch.ts";
import { lines } from "../support/deliveries.ts";

const MAX_EVENT_BYTES = MAX_CALL_BYTES - EVENT_OVERHEAD_BYTES;

async function* each<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

describe("lines", () => {
  const linesIn = (...chunks: Uint8Array[]) => all(linesOf(each(chunks)));
  const linesInText = (text: string) => linesIn(Buffer.from(text));
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
  const cutAt = (bytes: Uint8Array, places: readonly number[]) => {
    const borders = [0, ...places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b), bytes.length];
    return borders.slice(1).map((end, i) => bytes.subarray(borders[i], end));
  };

  it("are those between the newlines, however the bytes come in", async () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "é", "日", "😀", "\n", "\r\n", "\r", "\u2028", "\0"),
      size: "+1",
    });
    await fc.assert(
      fc.asyncProperty(text, cuts, async (whole, places) => {
        const expected = whole.split("\n");
        const rest = expected.pop();
        const ended = expected.map((line) => line.replace(/\r$/, ""));
        expect(await linesIn(...cutAt(Buffer.from(whole), places))).toEqual(rest ? [...ended, rest] : ended);
      }),
    );
  });

  it("are the same for any cuts even where the bytes are not UTF-8", async () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).map((some) => Buffer.concat([Buffer.from("a\n"), some]));
    await fc.assert(
      fc.asyncProperty(bytes, cuts, async (whole, places) => {
        expect(await linesIn(...cutAt(whole, places))).toEqual(await linesIn(whole));
      }),
    );
  });

  it("tell of a character that was cut off at the very end", async () => {
    expect(await linesIn(Buffer.from("a\n"), Buffer.from("é").subarray(0, 1))).toEqual(["a", "\ufffd"]);
  });

  it.each([
    ["", []],
    ["\n", [""]],
    ["a", ["a"]],
    ["a\n", ["a"]],
    ["a\n\nb", ["a", "", "b"]],
    ["a\r\nb\rc\r\n", ["a", "b\rc"]],
    ["a\u2028b\u0085c\fd\n", ["a\u2028b\u0085c\fd"]],
  ])("of %j are %j", async (text, expected) => {
    expect(await linesInText(text)).toEqual(expected);
  });

  it("keep a byte order mark, as the awslogs driver would", async () => {
    expect(await linesInText("\ufeffa\n\ufeffb")).toEqual(["\ufeffa", "\ufeffb"]);
  });
});

describe("a line longer than an event may be", () => {
  it("becomes as few pieces as hold it, in whole characters", () => {
    const line = fc
      .record({ lead: fc.nat(3), unit: fc.constantFrom("a", "é", "日", "😀"), events: fc.nat(2), over: fc.nat(8) })
      .map(({ lead, unit, events, over }) => {
        const count = Math.floor((events * MAX_EVENT_BYTES) / Buffer.byteLength(unit)) + over - 4;
        return "x".repeat(lead) + unit.repeat(Math.max(0, count));
      });
    fc.assert(
      fc.property(line, (whole) => {
        const pieces = cutLongLine(whole);
        const sizes = pieces.map((piece) => Buffer.byteLength(piece));
        expect(pieces.join("") === whole).toBe(true);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_EVENT_BYTES);
        for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThan(MAX_EVENT_BYTES - 4);
        if (whole !== "") expect(sizes).not.toContain(0);
      }),
      { numRuns: 40 },
    );
  });

  it("is whole if it just fits", () => {
    expect(cutLongLine("x".repeat(MAX_EVENT_BYTES))).toHaveLength(1);
    expect(cutLongLine("x".repeat(MAX_EVENT_BYTES + 1)).map((piece) => piece.length)).toEqual([MAX_EVENT_BYTES, 1]);
  });
});

describe("calls", () => {
  const callsOf = (given: Iterable<string>) => all(cutIntoCalls(each(given), () => 7, eventIds(1_795_366_123_000)));
  const sizeOf = (call: readonly { readonly message: string }[]) =>
    call.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0);

  it("hold 10,000 events at most", async () => {
    const calls = await callsOf(lines(25_000, 10));
    expect(calls.map((call) => call.length)).toEqual([MAX_CALL_EVENTS, MAX_CALL_EVENTS, 5_000]);
  });

  it("hold a mebibyte at most, and as much as fits", async () => {
    const given = lines(3_000, 1_500).map((line, i) => line + "é".repeat(i % 50));
    const calls = await callsOf(given);
    expect(calls.length).toBeGreaterThan(3);
    for (const [i, call] of calls.entries()) {
      expect(sizeOf(call)).toBeLessThanOrEqual(MAX_CALL_BYTES);
      const next = calls[i + 1]?.slice(0, 1);
      if (next) expect(sizeOf([...call, ...next])).toBeGreaterThan(MAX_CALL_BYTES);
    }
    expect(calls.flat().map(({ message }) => message)).toEqual(given);
  });

  it("are filled to the last byte", async () => {
    const full = "x".repeat(MAX_EVENT_BYTES);
    expect((await callsOf([full, "a", full])).map((call) => call.length)).toEqual([1, 1, 1]);
    const second = "x".repeat(MAX_EVENT_BYTES - EVENT_OVERHEAD_BYTES - 1);
    expect((await callsOf(["a", second, "b"])).map((call) => call.length)).toEqual([2, 1]);
  });

  it("keep order and give every event an id of CloudWatch's length, ascending", async () => {
    const events = (await callsOf(lines(12_000, 12))).flat();
    const ids = events.map(({ id }) => id);
    expect(events.map(({ message }) => message)).toEqual(lines(12_000, 12));
    expect(new Set(ids).size).toBe(12_000);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids.every((id) => /^\d{56}$/.test(id))).toBe(true);
    expect(events[0]?.timestamp).toBe(7);
  });

  it("are not made for no lines", async () => {
    expect(await callsOf([])).toEqual([]);
  });
});
