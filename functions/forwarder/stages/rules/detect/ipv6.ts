import { NOTHING } from "./matches.ts";
import type { Span } from "./span.ts";

/**
 * IPv6 addresses: eight groups of hex digits, or fewer with `::`. So that `Face::Bed` of a program and `16::9` of a clock stay,
 * one with `::` must begin as addresses do that are handed out, or be long; and no letter or digit may touch it: the only
 * way to hide an address. Each run of hex digits, colons and dots is looked at once for each direction.
 */
export function detectIpv6(text: string): readonly Span[] {
  let spans: Span[] | undefined;
  for (let colon = text.indexOf(":"); colon >= 0; ) {
    let start = colon;
    let end = colon + 1;
    // Most colons stand in times, or between a name and a value.
    if (isPart(text.charCodeAt(colon + 1)) || isPart(text.charCodeAt(colon - 1))) {
      while (start > 0 && isPart(text.charCodeAt(start - 1))) start -= 1;
      while (end < text.length && isPart(text.charCodeAt(end))) end += 1;
      const span = end - start >= MIN_LENGTH ? addressIn(text, start, end) : undefined;
      if (span) {
        spans ??= [];
        spans.push(span);
      }
    }
    colon = text.indexOf(":", end);
  }
  return spans ?? NOTHING;
}

/** `::1`. */
const MIN_LENGTH = 3;

/** 0-9, A-F, a-f, colon and dot. */
const isPart = (code: number) =>
  (code >= 48 && code <= 58) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70) || code === 46;

function addressIn(text: string, from: number, to: number): Span | undefined {
  const span = trimmed(text, from, to);
  const run = text.slice(span.start, span.end);
  return isAddress(run) && !touchesWord(text, span) ? span : undefined;
}

/** Without the colon of `ip:fe80::1`, of `fe80::` at a sentence's end, and `fe80::1: refused`, and without the dot at the end of a sentence. */
function trimmed(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (end > start && text[end - 1] === ".") end -= 1;
  if (text[end - 1] === ":" && (text[end - 2] !== ":" || text[end - 3] === ":")) end -= 1;
  while (start < end && text[start] === ".") start += 1;
  if (text[start] === ":" && (text[start + 1] !== ":" || text[start + 2] === ":")) start += 1;
  return { start, end };
}

function isAddress(run: string): boolean {
  const gap = run.indexOf("::");
  if (gap < 0) return isFull(run);
  if (run.includes("::", gap + 2)) return false;
  if (SPECIAL.test(run)) return true;
  if (ALLOCATED.test(run)) return true;
  // Of a longer run, only what tells.
  const groups = run.slice(0, 100).split(/:+/).filter(Boolean);
  return gap > 0 && groups.length >= 3 && /\d/.test(run) && groups.some((group) => group.length >= 3);
}

/** Eight groups. If each has just two digits it is the name of a network card or the fingerprint of a key. */
function isFull(run: string): boolean {
  if (!/^(?:[\da-f]{1,4}:){6}/i.test(run)) return false;
  const groups = run.slice(0, 200).split(":");
  const count = groups.length + (groups.at(-1)?.includes(".") ? 1 : 0);
  return count >= 8 && !groups.every((group) => group.length === 2);
}

/** Loopback, IPv4 in IPv6. */
const SPECIAL = /^(?:::1$|::(?:ffff:(?:0:)?)?(?:\d{1,3}\.){3}|::ffff:[\da-f]|64:ff9b:)/i;

/**
 * First groups of all that is handed out: global unicast, unique local, link local, multicast.
 * https://www.iana.org/assignments/ipv6-address-space/ (2026-11)
 */
const ALLOCATED = /^(?:[23][\da-f]{3}|f[cd][\da-f]{2}|fe[89ab][\da-f]|ff[\da-f]{2}):/i;

function touchesWord(text: string, { start, end }: Span): boolean {
  return /\w/.test(text.charAt(end)) || /\w/.test(text.charAt(start - 1));
}
