import { decode, ExtensionCodec } from "@msgpack/msgpack";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cutLine, messageEncoder, newPartialId, PIECE_BYTES } from "../../../compare/firelens/forward-message.ts";

const CONTAINER = {
  tag: "app-firelens-0123456789abcdef0123456789abcdef",
  containerId: "0123456789abcdef0123456789abcdef-2495160603",
  containerName: "app",
  source: "stdout",
} as const;
const FIELDS = { container_id: CONTAINER.containerId, container_name: "app", source: "stdout" };

/** EventTime, as seconds and nanoseconds. */
const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: 0,
  encode: () => null,
  decode: (data) => {
    const view = new DataView(data.buffer, data.byteOffset);
    return { bytes: data.length, seconds: view.getUint32(0), nanoseconds: view.getUint32(4) };
  },
});
const encodeLine = messageEncoder(CONTAINER);
const messages = (line: string, timeMs = 0) => encodeLine(line, timeMs, () => "an-id");
const decoded = (line: string, timeMs?: number) =>
  messages(line, timeMs).map((bytes) => decode(bytes, { extensionCodec }) as [string, object, object, object]);

test("a line is one message: tag, time, record and empty options", () => {
  expect(decoded("größe 🎉", 1_795_366_120_907.25)).toEqual([
    [CONTAINER.tag, { bytes: 8, seconds: 1_795_366_120, nanoseconds: 907_250_000 }, { ...FIELDS, log: "größe 🎉" }, {}],
  ]);
});

test.each(["", "x".repeat(31), "x".repeat(32), "x".repeat(255), "x".repeat(256), "x".repeat(PIECE_BYTES - 1)])(
  "a line stays as it is, whatever its length",
  (line) => {
    expect(decoded(line)).toMatchObject([[CONTAINER.tag, {}, { ...FIELDS, log: line }, {}]]);
  },
);

test("the pieces of a long line share id and time, and are numbered from 1", () => {
  const line = "x".repeat(2 * PIECE_BYTES + 5);
  const records = decoded(line, 5).map(([, time, record]) => ({ time, record }));
  const piece = (log: string, ordinal: number, last: boolean) => ({
    time: { bytes: 8, seconds: 0, nanoseconds: 5_000_000 },
    record: {
      ...FIELDS,
      partial_message: "true",
      partial_id: "an-id",
      partial_ordinal: String(ordinal),
      partial_last: String(last),
      log,
    },
  });
  const full = "x".repeat(PIECE_BYTES);
  expect(records).toEqual([piece(full, 1, false), piece(full, 2, false), piece("xxxxx", 3, true)]);
});

test("the runtime's buffer is full before it sees the end of a line of 16 KiB: the last piece is empty", () => {
  expect(cutLine("x".repeat(PIECE_BYTES)).map((piece) => piece.length)).toEqual([PIECE_BYTES, 0]);
  expect(cutLine("").map((piece) => piece.length)).toEqual([0]);
});

test("a character may be cut in two, and its bytes pass as they are", () => {
  const line = `${"x".repeat(PIECE_BYTES - 1)}é`;
  const [first, second] = messages(line) as [Buffer, Buffer];
  // The record's last text, then the empty options.
  expect(first.at(-2)).toBe(0xc3);
  expect([...second.subarray(-3)]).toEqual([0xa1, 0xa9, 0x80]);
});

test("pieces put together are the line, and only the last is short", () => {
  const line = fc
    .tuple(fc.string({ unit: "binary", maxLength: 40 }), fc.integer({ min: 0, max: 3 * PIECE_BYTES }))
    .map(([text, length]) => text + "é".repeat(length));
  fc.assert(
    fc.property(line, (text) => {
      const pieces = cutLine(text);
      expect(Buffer.concat(pieces).equals(Buffer.from(text, "utf8"))).toBe(true);
      expect(pieces.slice(0, -1).every((piece) => piece.length === PIECE_BYTES)).toBe(true);
      expect(pieces.at(-1)?.length).toBeLessThan(PIECE_BYTES);
    }),
    { numRuns: 10 },
  );
});

test("ids are those of the runtime: 64 hex digits, each a new one", () => {
  expect(newPartialId()).toMatch(/^[0-9a-f]{64}$/);
  expect(newPartialId()).not.toBe(newPartialId());
});
