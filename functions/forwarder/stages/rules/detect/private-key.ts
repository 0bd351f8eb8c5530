import { NOTHING } from "./matches.ts";
import { bodyIn, hasBody } from "./private-key-body.ts";
import type { Span } from "./span.ts";

/**
 * A private key that began in one event and has not ended in it: its lines may be events of their own, or `multiline` may cut
 * it. Handed on from event to event of one stream.
 */
export interface OpenKey {
  /** How many of its lines were seen. */
  readonly lines: number;
  /** Lines of something else since the last that was of the key. */
  readonly others: number;
}

export interface PrivateKeys {
  readonly spans: readonly Span[];
  /** For the next event. */
  readonly open: OpenKey | undefined;
}

/** Of PKCS#1, PKCS#8, EC, DSA, OpenSSH, PGP and SSH2; in a query, `+` is a space. */
const MARKER = /-{4,5}[ +]?(BEGIN|END)[ +](?:[A-Z\d]{2,9}[ +]){0,3}PRIVATE[ +]KEY(?:[ +]BLOCK)?[ +]?-{4,5}/g;
const WORD = "PRIVATE";

/** `-----BEGIN ` once more in base64, as Kubernetes keeps secrets. */
const ENCODED_BEGIN = "LS0tLS1CRUdJTi";
const ENCODED = new RegExp(`${ENCODED_BEGIN}[A-Za-z0-9+/_-]{20,}=*`, "g");

/** One of them is in each text that has a key's beginning or its end. */
export const PRIVATE_KEY_NEEDLES = [WORD, ENCODED_BEGIN] as const;

export const detectPrivateKey = (text: string): readonly Span[] => findPrivateKeys(text, undefined).spans;

/**
 * Private keys in text, from their first line to their last. Of one that has no end in this text, what looks like its body;
 * so in the texts after it, until its end. Each place is looked at once for markers and once for a body.
 *
 * @param before what the text before it left open
 */
export function findPrivateKeys(text: string, before: OpenKey | undefined): PrivateKeys {
  if (!before && !PRIVATE_KEY_NEEDLES.some((needle) => text.includes(needle))) return NO_KEYS;
  const spans: Span[] = [...encodedIn(text)];
  /** Where the key began that is open, if it did in this text. */
  let begin: Span | undefined;
  let open = before;
  let from = 0;
  for (const { kind, start, end } of markersIn(text)) {
    if (kind === "END" && begin) {
      if (hasBody(text.slice(begin.end, start))) spans.push({ start: begin.start, end });
    } else {
      const body = bodyIn(text, from, start, open ?? UNSEEN);
      if (open || kind === "END") spans.push(...withBegin(begin, body.spans));
      if (kind === "END" && (open || body.spans.length > 0)) spans.push({ start, end });
    }
    begin = kind === "BEGIN" ? { start, end } : undefined;
    open = begin && { lines: 0, others: 0 };
    from = end;
  }
  if (!open) return { spans, open };
  const body = bodyIn(text, from, text.length, open);
  const isAlone = begin && text.slice(begin.end).trim() === "";
  spans.push(...(isAlone && begin ? [begin] : withBegin(begin, body.spans)));
  return { spans, open: begin && isMention(text, begin, body.spans) ? undefined : body.open };
}

const NO_KEYS: PrivateKeys = { spans: NOTHING, open: undefined };

/** A key's end without its beginning, which another delivery may have: then only what surely is a line of a key goes. */
const UNSEEN: OpenKey = { lines: 0, others: 1 };

function* markersIn(text: string): Generator<Span & { readonly kind: string | undefined }> {
  MARKER.lastIndex = 0;
  for (let found = MARKER.exec(text); found; found = MARKER.exec(text)) {
    yield { kind: found[1], start: found.index, end: MARKER.lastIndex };
  }
}

/** The first line goes with the body behind it. */
const withBegin = (begin: Span | undefined, body: readonly Span[]): readonly Span[] =>
  begin && body.length > 0 ? [begin, ...body] : body;

/** "expected -----BEGIN PRIVATE KEY----- in the file": a text about keys. */
const isMention = (text: string, begin: Span, body: readonly Span[]) =>
  body.length === 0 && /^[ \t]*[^\s"'`<,\\]/.test(text.slice(begin.end, begin.end + 100));

function* encodedIn(text: string): Generator<Span> {
  if (!text.includes(ENCODED_BEGIN)) return;
  ENCODED.lastIndex = 0;
  for (let found = ENCODED.exec(text); found; found = ENCODED.exec(text)) {
    const beginning = Buffer.from(found[0].slice(0, 64), "base64").toString("latin1");
    if (beginning.includes(WORD)) yield { start: found.index, end: ENCODED.lastIndex };
  }
}
