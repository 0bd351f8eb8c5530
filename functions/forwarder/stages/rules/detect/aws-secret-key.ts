import { asciiTable, NOTHING, spansOf } from "./matches.ts";
import { BETWEEN, NOT_REDACTED, valuesOf } from "./named.ts";
import type { Span } from "./span.ts";

/** Secret keys and session tokens by their names, in the spellings of SDKs, the command line, environments and headers. */
const NAMED = new RegExp(
  `${NOT_REDACTED}(?:secret[_ .-]?(?:access[_ .-]?)?key|aws[_ .-]?secret|secret[_ .-]?access|(?:session|security)[_ .-]?token)${BETWEEN}([A-Za-z0-9/+]{20,}=*)`,
  "gi",
);
const SECRET_LENGTH = 40;
/** Not "secret key: notconfiguredinthisregion". */
const isNamedValue = (value: string) => value.length >= SECRET_LENGTH || !/^(?:[a-z]+|[A-Z]+)$/.test(value);

/** Session tokens all begin alike, since a few of their bytes are the same: `origin_ec`, `er/aws`, `aws`. */
const SESSION_TOKEN = /(?:(?:IQ|Ag)oJb3JpZ2lu|F[wQ]oGZXIvYXdz|AQoDYXdz)[A-Za-z0-9/+_-]{16,}=*/g;

/** Most texts have none of these, which is found out fast. */
const HINT = /secret|token/i;
const SESSION_HINT = /oJb3JpZ2lu|oGZXIvYXdz|AQoDYXdz/;

/**
 * AWS secret keys: 40 characters of base64, which alone tell nothing. They count if a name such as `secretAccessKey` stands
 * before them, or if they look as drawn by chance: hashes in hex, names and long paths do not. Session tokens count by their
 * name or by how they begin.
 */
export function detectAwsSecretKey(text: string): readonly Span[] {
  if (text.length < MIN_TOKEN) return NOTHING;
  const keys = keysIn(text);
  const named = HINT.test(text) ? valuesOf(NAMED, text, isNamedValue) : NOTHING;
  const tokens = SESSION_HINT.test(text) ? spansOf(SESSION_TOKEN, text) : NOTHING;
  return named.length + tokens.length === 0 ? keys : [...keys, ...named, ...tokens];
}

const MIN_TOKEN = 20;
const IS_BASE64 = asciiTable(/[A-Za-z0-9+/]/);

function keysIn(text: string): readonly Span[] {
  let spans: Span[] | undefined;
  for (const { start, end } of longRuns(text)) {
    if (isIdentifier(text, start) || isOfRequestId(text, start, end)) continue;
    for (const at of keysOf(text.slice(start, end))) {
      spans ??= [];
      spans.push({ start: start + at, end: start + at + SECRET_LENGTH });
    }
  }
  return spans ?? NOTHING;
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

/** Where keys begin in a run: it is one as a whole, or 40 characters between two slashes of a path are. */
function* keysOf(run: string): Generator<number> {
  if (run.length === SECRET_LENGTH) {
    if (isKey(run)) yield 0;
    return;
  }
  // Much longer is no path, but data in base64.
  if (run.length > MAX_PATH) return;
  for (let from = 0; from + SECRET_LENGTH <= run.length; ) {
    const to = from + SECRET_LENGTH;
    if ((to === run.length || run[to] === "/") && isDrawnKey(run.slice(from, to)) && isPath(run, from, to)) {
      yield from;
      from = to + 1;
      continue;
    }
    const slash = run.indexOf("/", from);
    if (slash < 0) return;
    from = slash + 1;
  }
}

const MAX_PATH = 400;

/** What stands around it is words, and not more of the same data. */
const isPath = (run: string, from: number, to: number) => {
  const around = run.slice(0, from) + run.slice(to);
  return changesIn(around) <= around.length / 4;
};

function isKey(run: string): boolean {
  if (!/\d/.test(run) || !/[A-Z]/.test(run)) return false;
  if (isOfCapitals(run)) return true;
  return /[a-z]/.test(run) && !isOfWords(run) && (run.split("/").length <= 2 || isDrawnByChance(run));
}

/** `EC2SpotFleetRequestAverageCPUUtilization`: of 25,000 keys drawn by chance one looks like that. */
const isOfWords = (text: string) =>
  (text.match(/[a-z]{4,}/g) ?? []).join("").length >= 22 && (text.match(/\d/g)?.length ?? 0) <= 4;

const isDrawnKey = (text: string) =>
  (isDrawnByChance(text) && !isOfWords(text)) || (isOfCapitals(text) && changesIn(text) >= 8);

/** Capitals and digits alone: more than a few digits, and not all of it hex. */
const isOfCapitals = (text: string) =>
  !/[a-z]/.test(text) && /[G-Z]/.test(text) && (text.match(/\d/g)?.length ?? 0) >= 4;

/**
 * Capitals, small letters and digits all occur, and change often: 23 times of 40 on average if drawn by chance (fewer than eleven
 * in one key of 10,000), a few times in `com/example/OrderServiceV2`, ten in `Device/HarddiskVolumeShadowCopy2/Windows`.
 */
const isDrawnByChance = (text: string) =>
  /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && changesIn(text) >= MIN_CHANGES;
const MIN_CHANGES = 11;

function changesIn(text: string): number {
  let changes = 0;
  for (let i = 0, before = 0; i < text.length; i++) {
    const kind = kindOf(text.charCodeAt(i));
    if (kind !== before && kind > 0 && before > 0) changes += 1;
    before = kind;
  }
  return changes;
}

/** 1 for digits, 2 for capitals, 3 for small letters, 0 for + and /. */
const kindOf = (code: number) => (code >= 97 ? 3 : code >= 65 ? 2 : code >= 48 ? 1 : 0);

/** `x-amz-id-2: …`, `"requestId":"…"`, `ETag: W/"…"`, `nextToken=…`: what is said of the value tells that it is no key. */
const IDENTIFIER =
  /(?:(?:id(?:[_-]?2)?|hash|sha\d*|digest|etag|checksum|signature|nonce|integrity|cursor|(?:next|page|continuation)[_-]?token)["']{0,2}\s{0,2}[:=>]\s{0,2}(?:W\/)?["']?|sha\d{1,3}-)$/i;
/** Also where the run is a part of a value that has `-` and `_`, too. */
function isIdentifier(text: string, start: number): boolean {
  const from = start - partBefore(text, start).length;
  return IDENTIFIER.test(text.slice(Math.max(0, from - BEFORE), from));
}
const BEFORE = 24;

/** CloudFront's id of a request, 40 bytes in base64 for URLs: also in its access logs, where no name stands before it. */
function isOfRequestId(text: string, start: number, end: number): boolean {
  const behind = /^[\w-]{0,64}/.exec(text.slice(end, end + 64))?.[0].length ?? 0;
  const length = partBefore(text, start).length + (end - start) + behind;
  return length === REQUEST_ID_LENGTH && text.startsWith("==", end + behind);
}
const REQUEST_ID_LENGTH = 54;

/** What of the same value stands before this place, up to 64 characters. */
const partBefore = (text: string, start: number): string =>
  /[-_]/.test(text.charAt(start - 1)) ? (/[\w-]*$/.exec(text.slice(Math.max(0, start - 64), start))?.[0] ?? "") : "";
