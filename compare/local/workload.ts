import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

export interface Workload {
  readonly seed: number;
  /** Of the run and the phase: part of every line. */
  readonly run: string;
  /** When each line is due, ms from the phase's start. */
  readonly dueMs: readonly number[];
  /** Of a line on average, in UTF-8; at least 80, what a marker and a few words take. */
  readonly lineBytes: number;
}

/** Over the 16 KiB at which container runtimes cut a line in pieces for FireLens. */
const LONG_LINE_BYTES = 20_000;
const LONG_SHARE = 0.001;
const JSON_SHARE = 0.6;
const TRACE_SHARE = 0.02;
/** Lines of a stack trace, the first one included. */
const TRACE_LINES = 5;
const NON_ASCII_SHARE = 0.1;

const WORDS =
  "order placed for customer payment accepted cart updated stock reserved shipment scheduled retry connection pool cache miss user session token expired request finished".split(
    " ",
  );
const NON_ASCII_WORDS = ["größe", "naïve", "価格", "注文完了", "дoставка", "🎉", "👩‍👩‍👧", "œuvre"];

/**
 * The lines of a phase, in order, each with its marker (see `readMarker`). JSON and plain text, stack traces of
 * several lines, some text beyond ASCII, a few lines too long for one piece. The same seed gives the same bytes: a
 * line's time is told from the phase's start.
 */
export function* workloadLines({ seed, run, dueMs, lineBytes }: Workload): Generator<string> {
  const random = mersenne(seed);
  let traceLeft = 0;
  for (const [seq, due] of dueMs.entries()) {
    const marker: Marker = { run, seq, dueMs: Math.round(due) };
    if (traceLeft > 0) {
      traceLeft -= 1;
      yield traceLine(marker, random);
      continue;
    }
    const share = uniformFloat64(random);
    const isTrace = share < TRACE_SHARE;
    if (isTrace) traceLeft = TRACE_LINES - 1;
    const bytes = uniformFloat64(random) < LONG_SHARE ? LONG_LINE_BYTES : sizeAround(lineBytes, random);
    const isJson = !isTrace && share < TRACE_SHARE + JSON_SHARE;
    yield isJson ? jsonLine(marker, bytes, random) : plainLine(marker, isTrace ? "ERROR" : "INFO", bytes, random);
  }
}

interface Marker {
  readonly run: string;
  readonly seq: number;
  readonly dueMs: number;
}

/** Half to one and a half times the average. */
const sizeAround = (average: number, random: RandomGenerator) => Math.round(average * (0.5 + uniformFloat64(random)));

const plainMarker = ({ run, seq, dueMs }: Marker) => `run=${run} seq=${seq} dueMs=${dueMs}`;

const traceLine = (marker: Marker, random: RandomGenerator) =>
  `    at com.example.Shop.order(Shop.java:${uniformInt(random, 1, 999)}) ${plainMarker(marker)}`;

function plainLine(marker: Marker, level: string, bytes: number, random: RandomGenerator): string {
  const head = `${plainMarker(marker)} ${level} [worker-${uniformInt(random, 0, 15)}] `;
  return head + text(bytes - head.length, random);
}

function jsonLine(marker: Marker, bytes: number, random: RandomGenerator): string {
  const fields = {
    ...marker,
    level: "info",
    requestId: uniformInt(random, 0, 0x7fffffff).toString(16),
    ms: uniformInt(random, 1, 900),
  };
  const head = `${JSON.stringify(fields).slice(0, -1)},"msg":"`;
  return `${head}${text(bytes - head.length - 2, random)}"}`;
}

/** Words up to about so many bytes, at least one. */
function text(bytes: number, random: RandomGenerator): string {
  const words: string[] = [];
  let size = 0;
  do {
    const from = uniformFloat64(random) < NON_ASCII_SHARE / 5 ? NON_ASCII_WORDS : WORDS;
    const word = from[uniformInt(random, 0, from.length - 1)] ?? "";
    words.push(word);
    size += Buffer.byteLength(word) + 1;
  } while (size < bytes - 4);
  return words.join(" ");
}
