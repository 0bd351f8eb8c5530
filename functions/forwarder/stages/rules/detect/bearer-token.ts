import { NOTHING } from "./matches.ts";
import { BETWEEN, BETWEEN_PRINTED, NOT_REDACTED, valuesOf } from "./named.ts";
import type { Span } from "./span.ts";

/** Colons and bars only within: at the end they are the line's. */
const TOKEN = "[\\w.~+/=-]+(?:[|:][\\w.~+/=-]+)*";
const BEARER = new RegExp(
  `${NOT_REDACTED}(?:bearer(?:[ _-]?token)?|(?<=authorization[\\W]{1,8})token)${BETWEEN}(?:token["']?\\s?[:=]\\s?["']?)?(${TOKEN})`,
  "gi",
);
/** As parameters they are named so. https://datatracker.ietf.org/doc/html/rfc6750#section-2.2 (2026-11) */
const PARAMETER = new RegExp(`(?:access|refresh)[_-]?token${BETWEEN}(${TOKEN})`, "gi");

/**
 * The token after the word Bearer, whether in a header, a list or a parameter, if it looks like one: "Bearer authentication"
 * stays, but not behind `Authorization:`, where nothing else can stand.
 */
export function detectBearerToken(text: string): readonly Span[] {
  if (!HINT.test(text)) return NOTHING;
  const tokens = valuesOf(BEARER, text, (value, start, end) => isToken(text, value, start, end));
  const parameters = valuesOf(PARAMETER, text, (value, _, end) => isParameter(text, value, end));
  return tokens.length > 0 && parameters.length > 0
    ? [...tokens, ...parameters]
    : tokens.length > 0
      ? tokens
      : parameters;
}

/** Most texts have neither, which is found out fast. */
const HINT = /bearer|token/i;

/** Whatever is longer is a token. */
const LONG = 24;
const MIN_TOKEN = 8;

function isToken(text: string, value: string, start: number, end: number): boolean {
  if (value.length < MIN_TOKEN) return false;
  if (value.length >= LONG) return !isPlaceholder(value);
  if (isPlaceholder(value) || isBlank(text, value, start) || isName(text, value, end) || /^(\w)\1+$/.test(value))
    return false;
  if (/\d/.test(value)) return true;
  return isWritten(value) || IN_HEADER.test(text.slice(Math.max(0, start - BEFORE), start));
}

function isParameter(text: string, value: string, end: number): boolean {
  if (value.length < MIN_PARAMETER || isPlaceholder(value)) return false;
  return value.length >= LONG || (!isName(text, value, end) && (/\d/.test(value) || isWritten(value)));
}
const MIN_PARAMETER = 16;

/** What stood here is gone already, or there never was one. */
const isPlaceholder = (value: string) =>
  value.length < 64 && /^(?:redacted|filtered|masked|undefined|anonymous)(?:[:_-][\w-]+)?$/i.test(value);

/** `Bearer <access token>`, `Bearer {your_token}`: where one is to be put in. */
const isBlank = (text: string, value: string, start: number) =>
  /[<{]/.test(text.charAt(start - 1)) && /^[a-z_-]+$/i.test(value);

/** A value follows, of which it is the name: `realm="…"`, `"expires_in":…`. */
const isName = (text: string, value: string, end: number) =>
  (value.endsWith("=") ? /^["']/ : /^["']\s?[:=]/).test(text.slice(end, end + 3));

/** Letters that change their case more often than words joined to one do, or too many for a word. */
const isWritten = (value: string) =>
  /^[a-z]{20,}$/i.test(value) || (value.match(/[a-z][A-Z]|[A-Z][a-z]/g)?.length ?? 0) >= value.length / 3;

const IN_HEADER = new RegExp(`(?:authorization(?:\\W{1,14}|${BETWEEN_PRINTED})bearer|bearer[_-]?token)\\W{1,14}$`, "i");
const BEFORE = 160;
