import { randomBytes } from "node:crypto";
import { encode } from "@msgpack/msgpack";

/** A container's output as the log driver names it. */
export interface ContainerOutput {
  /** `<container>-firelens-<task id>` */
  readonly tag: string;
  /** On Fargate `<task id>-<digits>`. */
  readonly containerId: string;
  readonly containerName: string;
  readonly source: "stdout" | "stderr";
}

/** At which container runtimes cut a line, in bytes. https://github.com/moby/moby/blob/master/daemon/logger/copier.go (2026-11) */
export const PIECE_BYTES = 16 * 1024;

/**
 * The pieces of one line, as bytes: a runtime knows no characters, so one beyond ASCII may be cut in two. One piece if
 * it is short, also if it is empty. It cuts where its buffer is full before it has seen the line's end: the last piece
 * of a line of exactly 16 KiB is empty.
 */
export function cutLine(line: string): Buffer[] {
  const bytes = Buffer.from(line, "utf8");
  const pieces: Buffer[] = [];
  for (let from = 0; from <= bytes.length; from += PIECE_BYTES) pieces.push(bytes.subarray(from, from + PIECE_BYTES));
  return pieces;
}

/** What makes the pieces of a line known as such. `ordinal` is from 1. */
export const partialFields = (partialId: string, ordinal: number, isLast: boolean): Record<string, string> => ({
  partial_message: "true",
  partial_id: partialId,
  partial_ordinal: String(ordinal),
  partial_last: String(isLast),
});

export const newPartialId = (): string => randomBytes(32).toString("hex");

/**
 * Encodes a line as the fluentd log driver does: one message `[tag, EventTime, record, {}]` a piece, no acknowledgement.
 * https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1 (2026-11)
 *
 * @returns a function of a line without its line end, Unix time in ms, and a new id for a line that is cut.
 */
export function messageEncoder({ tag, containerId, containerName, source }: ContainerOutput) {
  const head = Buffer.concat([Uint8Array.of(ARRAY_OF_4), encode(tag)]);
  const fields = { container_id: containerId, container_name: containerName, source };
  // Without its first byte, which says how many fields there are.
  const fieldBytes = Buffer.from(encode(fields)).subarray(1);
  const logKey = encode("log");
  const fieldCount = Object.keys(fields).length + 1;

  const message = (time: Uint8Array, log: Uint8Array, partial: Record<string, string>) => {
    const partialCount = Object.keys(partial).length;
    const partialBytes = partialCount > 0 ? Buffer.from(encode(partial)).subarray(1) : NOTHING;
    const map = Uint8Array.of(MAP_OF_0 | (fieldCount + partialCount));
    return Buffer.concat([head, time, map, fieldBytes, partialBytes, logKey, stringHeader(log.length), log, EMPTY_MAP]);
  };
  return (line: string, timeMs: number, newPartialId: () => string): Buffer[] => {
    const time = eventTime(timeMs);
    const pieces = cutLine(line);
    if (pieces.length === 1) return pieces.map((piece) => message(time, piece, {}));
    const id = newPartialId();
    return pieces.map((piece, i) => message(time, piece, partialFields(id, i + 1, i + 1 === pieces.length)));
  };
}

// https://github.com/msgpack/msgpack/blob/master/spec.md (2026-11)
const ARRAY_OF_4 = 0x94;
const MAP_OF_0 = 0x80;
const EMPTY_MAP = Uint8Array.of(MAP_OF_0);
const NOTHING = new Uint8Array();

/** Extension type 0: seconds and nanoseconds. */
function eventTime(timeMs: number): Buffer {
  const seconds = Math.floor(timeMs / 1_000);
  const bytes = Buffer.alloc(10);
  bytes.writeUInt16BE(0xd700);
  bytes.writeUInt32BE(seconds, 2);
  bytes.writeUInt32BE(Math.floor((timeMs - seconds * 1_000) * 1e6), 6);
  return bytes;
}

/** Written here, as a piece may be no whole text, which the library's strings are. */
function stringHeader(length: number): Uint8Array {
  if (length < 32) return Uint8Array.of(0xa0 | length);
  if (length < 0x100) return Uint8Array.of(0xd9, length);
  return Uint8Array.of(0xda, length >> 8, length & 0xff);
}
