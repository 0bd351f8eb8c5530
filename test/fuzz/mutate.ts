import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** A whole number from 0, less than `max`. */
export type Draw = (max: number) => number;

export const drawFrom =
  (generator: RandomGenerator): Draw =>
  (max) =>
    uniformInt(generator, 0, Math.max(0, max - 1));

export const oneOf = <T>(draw: Draw, values: readonly T[]): T => values[draw(values.length)] as T;

/** What readers of JSON, of gzip and of log lines stumble over. */
const TOKENS = [
  '"',
  "\\",
  "\\u00",
  "\\ud83d",
  ",",
  ":",
  "{",
  "}",
  "[",
  "]",
  "\n",
  "\0",
  "-",
  "1e999",
  "0",
  "null",
  '"logEvents":[',
  '"message":',
  '"id":',
  '"timestamp":-1',
  "é",
  "→",
  "🎉",
  "@",
  "password=",
  "AKIA",
  " ".repeat(300),
  "9".repeat(40),
  '{"level":',
  "eyJ",
  "bearer ",
  '"ddtags":["a"]',
  "[".repeat(200),
].map((text) => Buffer.from(text));

/** The bytes with some of them changed, left out, doubled, moved, or with something put in. */
export function mutated(bytes: Buffer, draw: Draw): Buffer {
  let result = bytes;
  for (let times = 1 + draw(4); times > 0; times--) {
    const at = draw(result.length + 1);
    const length = draw(oneOf(draw, [2, 8, 200]));
    const before = result.subarray(0, at);
    const cut = result.subarray(at, at + length);
    const after = result.subarray(at + length);
    const parts = oneOf(draw, [
      () => [before, after],
      () => [before, cut, cut, after],
      () => [before, oneOf(draw, TOKENS), result.subarray(at)],
      () => [before, oneOf(draw, TOKENS), after],
      () => [before, Buffer.from([draw(256)]), result.subarray(at + 1)],
      () => [before, ...Array.from({ length: 1 + draw(500) }, () => cut.subarray(0, 20)), after],
      () => [after, cut, before],
    ])();
    result = Buffer.concat(parts);
  }
  return result;
}
