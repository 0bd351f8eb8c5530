import type { Span } from "./span.ts";

const NOTHING: readonly Span[] = [];
const OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
/**
 * Four octets, then whatever digits and dots touch them: in `1.10.0.0.1` no octet may stay. A version with four
 * numbers looks the same and goes, too. At most 15 characters are tried at a place; the rest is taken for good.
 */
const IPV4 = new RegExp(`${OCTET}(?:\\.${OCTET}){3}(?:\\.?\\d)*`, "g");

export function detectIpv4(text: string): readonly Span[] {
  return text.includes(".") ? spansOf(IPV4, text) : NOTHING;
}

/** What every IPv6 address holds. At most 35 characters are tried at a place. */
const SIGN_OF_IPV6 = /::|(?:[0-9a-f]{1,4}:){7}/gi;

/**
 * IPv6 addresses: runs of hex digits, colons and dots that hold `::` or seven colons. So that `Face::Bed` of a
 * program stays, a run needs a digit or three colons, and no letter or digit may touch it: the only way to hide
 * an address. Each run is looked at once for each direction.
 */
export function detectIpv6(text: string): readonly Span[] {
  if (!text.includes(":")) return NOTHING;
  SIGN_OF_IPV6.lastIndex = 0;
  let spans: Span[] | undefined;
  for (let found = SIGN_OF_IPV6.exec(text); found; found = SIGN_OF_IPV6.exec(text)) {
    let start = found.index;
    let end = start;
    while (start > 0 && isAddressCharacter(text.charCodeAt(start - 1))) start -= 1;
    while (end < text.length && isAddressCharacter(text.charCodeAt(end))) end += 1;
    SIGN_OF_IPV6.lastIndex = end;
    const span = trimmed(text, start, end);
    const run = text.slice(span.start, span.end);
    const colons = run.split(":").length - 1;
    const isAddress = colons >= 7 || (run.includes("::") && (colons >= 3 || /\d/.test(run)));
    if (!isAddress || touchesWord(text, span)) continue;
    spans ??= [];
    spans.push(span);
  }
  return spans ?? NOTHING;
}

/** Without the colon of `ip:fe80::1` and `fe80::1: refused`, and without the dot at the end of a sentence. */
function trimmed(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (end > start && text[end - 1] === ".") end -= 1;
  if (text[end - 1] === ":" && text[end - 2] !== ":") end -= 1;
  while (start < end && text[start] === ".") start += 1;
  if (text[start] === ":" && text[start + 1] !== ":") start += 1;
  return { start, end };
}

function touchesWord(text: string, { start, end }: Span): boolean {
  const after = /\w/.test(text.charAt(end));
  // In text that was escaped for JSON, `\n` stands for a line's end, not for a letter.
  return after || (/\w/.test(text.charAt(start - 1)) && text[start - 2] !== "\\");
}

/** 0-9, A-F, a-f, colon and dot. */
const isAddressCharacter = (code: number) =>
  (code >= 48 && code <= 58) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70) || code === 46;

/** All matches of a pattern that never looks back: it must be linear. */
export function spansOf(pattern: RegExp, text: string): readonly Span[] {
  pattern.lastIndex = 0;
  let spans: Span[] | undefined;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    spans ??= [];
    spans.push({ start: found.index, end: pattern.lastIndex });
  }
  return spans ?? NOTHING;
}
