import { isFileName, isGitRemote, isJavaObject, isMachine, isVersion } from "./email-lookalikes.ts";
import { asciiTable, NOTHING } from "./matches.ts";
import type { Span } from "./span.ts";

/**
 * What stands before the @, letters of any script included. The standard allows more (`= & / ? { | }`), which in
 * logs stand between a name and its value: there the address begins after them.
 */
const IS_LOCAL = asciiTable(/[A-Za-z0-9.!#$%*+^_~'-]/);
const LETTER = /[\p{L}\p{N}]/u;
/** A label after the first that begins with two letters: `pkg@1.2.3` has none, `user@host` neither. */
const DOMAIN = /[\p{L}\p{N}.-]*?\.\p{L}{2}[\p{L}\p{N}-]*(?:\.[\p{L}\p{N}-]+)*/uy;

/**
 * E-mail addresses, but not what only looks like one: `icon@2x.png`, `git@github.com:a/b.git`. From each @ to the left no
 * further than the @ before, and to the right no further than a domain's characters go, none of which is an @: each place is
 * looked at a fixed number of times.
 */
export function detectEmail(text: string): readonly Span[] {
  let at = text.indexOf("@");
  if (at < 0) return NOTHING;
  const spans: Span[] = [];
  for (let before = -1; at >= 0; before = at, at = text.indexOf("@", at + 1)) {
    DOMAIN.lastIndex = at + 1;
    if (!DOMAIN.test(text)) continue;
    const end = DOMAIN.lastIndex;
    const start = localStart(text, before, at);
    if (start < at && !isLookalike(text, start, at, end)) spans.push({ start, end });
  }
  return spans;
}

function localStart(text: string, before: number, at: number): number {
  if (text[at - 1] === '"') return quotedStart(text, at);
  let start = at;
  while (start > before + 1 && isLocal(text, start)) start -= 1;
  if (start === at || text[start - 1] !== "=") return start;
  const from = Math.max(before + 1, start - MAX_BOUNCE);
  return start - (BOUNCE.exec(text.slice(from, start))?.[0].length ?? 0);
}

/** Who a mail went to, in the address for its return: `bounces+7-anna=example.com@mail.example.org`. */
const BOUNCE = /[\w.-]{1,64}\+[\w.+-]{1,64}=$/;
const MAX_BOUNCE = 130;

/** Whether what stands before this place is of the address; half of a letter that takes two places is. */
function isLocal(text: string, at: number): boolean {
  const code = text.charCodeAt(at - 1);
  return code < 128 ? IS_LOCAL[code] === 1 : (code & 0xf800) === 0xd800 || LETTER.test(text.charAt(at - 1));
}

/** `"anna b"@example.com`: a name in quotes, of at most 64 characters. The first quote stays: it may be one of JSON's own. */
function quotedStart(text: string, at: number): number {
  const quoted = QUOTED.exec(text.slice(Math.max(0, at - 66), at));
  return quoted ? at - quoted[0].length + 1 : at;
}

const QUOTED = /"[\w.+-][\w .+-]{0,63}"$/;

function isLookalike(text: string, start: number, at: number, end: number): boolean {
  // Each of these looks at a fixed number of characters only, or at the domain, which nothing else looks at.
  const local = text.slice(Math.max(start, at - MAX_LOCAL), at);
  const domain = text.slice(at + 1, end);
  return (
    isVersion(domain) ||
    isFileName(domain) ||
    isGitRemote(local, text.slice(end, end + MAX_PATH)) ||
    isJavaObject(local, domain, text[end]) ||
    isMachine(domain, text.slice(Math.max(0, start - 3), start))
  );
}

/** https://datatracker.ietf.org/doc/html/rfc5321#section-4.5.3.1 (2026-11) */
const MAX_LOCAL = 64;
const MAX_PATH = 120;
