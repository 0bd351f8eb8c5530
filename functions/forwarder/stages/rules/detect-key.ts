import { spansOf } from "./detect-address.ts";
import type { Span } from "./span.ts";

const NOTHING: readonly Span[] = [];

/**
 * Ids of AWS access keys, and all capitals and digits that touch their end. A run with 16 of them is taken to its
 * end; a shorter one costs at most 16 steps.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids (2026-11)
 */
const AWS_ACCESS_KEY = /A(?:[KS]IA|BIA|CCA)[A-Z0-9]{16,}/g;
export const detectAwsAccessKey = (text: string) => spansOf(AWS_ACCESS_KEY, text);

/** A secret's name, and what may stand between it and the value, in JSON, in JSON within JSON, in a query. */
const NAMED_AWS_SECRET = /secret_?(?:access_?)?key[\s"'\\:=>]{1,12}([A-Za-z0-9/+]{20,}=*)/gi;
const SECRET_LENGTH = 40;
/** Whether a character code is of base64 without the padding: letters, digits, + and /. */
const IS_BASE64 = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[A-Za-z0-9+/]/.test(String.fromCharCode(code))),
);

/**
 * AWS secret keys: 40 characters of base64, which alone tell nothing. They count if a name such as
 * `secretAccessKey` stands before them, or if small and capital letters and digits all occur and no such
 * character touches them: so hashes in hex and long paths stay.
 */
export function detectAwsSecretKey(text: string): readonly Span[] {
  if (text.length < 20) return NOTHING;
  let spans: Span[] | undefined;
  for (const { start, end } of longRuns(text)) {
    // In text that was escaped for JSON, `\n` stands for a line's end, not for a letter.
    const from = text[start - 1] === "\\" && end - start === SECRET_LENGTH + 1 ? start + 1 : start;
    if (end - from !== SECRET_LENGTH) continue;
    const run = text.slice(from, end);
    if (!/[a-z]/.test(run) || !/[A-Z]/.test(run) || !/\d/.test(run)) continue;
    spans ??= [];
    spans.push({ start: from, end });
  }
  const named = valuesOf(NAMED_AWS_SECRET, text);
  return spans ? [...spans, ...named] : named;
}

/**
 * Runs of 40 base64 characters and more. Each window of 40 is read from its end: at the first other character all
 * places up to it are out, so that most of a usual line is never looked at, and no place more than twice.
 */
function* longRuns(text: string): Generator<Span> {
  for (let start = 0; start + SECRET_LENGTH <= text.length; ) {
    let at = start + SECRET_LENGTH - 1;
    while (at >= start && IS_BASE64[text.charCodeAt(at)]) at -= 1;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + SECRET_LENGTH;
    while (IS_BASE64[text.charCodeAt(end)]) end += 1;
    yield { start, end };
    start = end;
  }
}

/** From here every token's first part begins: `{"` in base64. */
const JWT_START = "eyJ";
/** `{"alg":"none"}` has 19: "heyJude..." stays. */
const MIN_HEADER = 16;
const WORD = /[\w-]*/y;
const TWO_MORE_PARTS = /(?:\.[\w-]*){2,}/y;

/**
 * JSON web tokens, signed (three parts) or encrypted (five), and whatever parts follow. A run without dots has
 * one end, whichever `eyJ` in it one begins from: if none follows there, the whole run is passed over.
 */
export function detectJwt(text: string): readonly Span[] {
  let start = text.indexOf(JWT_START);
  if (start < 0) return NOTHING;
  const spans: Span[] = [];
  while (start >= 0) {
    WORD.lastIndex = start;
    WORD.test(text);
    TWO_MORE_PARTS.lastIndex = WORD.lastIndex;
    const isHeader = WORD.lastIndex - start >= MIN_HEADER;
    const end = isHeader && TWO_MORE_PARTS.test(text) ? TWO_MORE_PARTS.lastIndex : undefined;
    if (end) spans.push({ start, end });
    start = text.indexOf(JWT_START, end ?? WORD.lastIndex);
  }
  return spans;
}

/** At most 12 separators and 8 characters are tried again; a token of more is taken to its end. */
const BEARER = /bearer[\s"'\\:=]{1,12}([\w.~+/=-]{8,})/gi;

/** The token after the word Bearer, if it looks like one: long, or with a digit. "Bearer authentication" stays. */
export function detectBearerToken(text: string): readonly Span[] {
  return valuesOf(BEARER, text, (token) => token.length >= 24 || /\d/.test(token));
}

/** A name that ends in "key", then 32 (API) or 40 (application) hex digits and what touches them. */
const NAMED_DATADOG_KEY = /key[\s"'\\:=>]{1,12}([0-9a-f]{32,})/gi;
/** Keys of the newer kind tell what they are. https://docs.datadoghq.com/account_management/api-app-keys/ (2026-11) */
const PREFIXED_DATADOG_KEY = /dd(?:api|app|pat|sat)_[A-Za-z0-9]{16,}/g;

/**
 * Datadog's API and application keys. 32 hex digits alone are as well a trace id or an ECS task's id: they count
 * only after a name such as `DD-API-KEY`, `api_key` or `apiKey`.
 */
export function detectDatadogKey(text: string): readonly Span[] {
  const prefixed = spansOf(PREFIXED_DATADOG_KEY, text);
  const named = valuesOf(NAMED_DATADOG_KEY, text);
  return prefixed.length > 0 ? [...prefixed, ...named] : named;
}

const LONGEST_NAME = "secret_access_key";

/** Where the first group of each match lies: it must be the match's end. */
function valuesOf(pattern: RegExp, text: string, isValue = (_: string) => true): readonly Span[] {
  pattern.lastIndex = 0;
  let spans: Span[] | undefined;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const value = found[1] as string;
    if (!isValue(value)) {
      // It may itself be the name that stands before a value.
      pattern.lastIndex -= value.length;
      continue;
    }
    spans ??= [];
    const end = pattern.lastIndex;
    spans.push({ start: end - value.length, end });
    // The value's own end may be the name that stands before the next: "Bearer aaa.Bearer bbb".
    pattern.lastIndex = Math.max(end - value.length, end - LONGEST_NAME.length);
  }
  return spans ?? NOTHING;
}
