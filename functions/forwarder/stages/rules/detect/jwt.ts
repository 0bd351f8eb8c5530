import { NOTHING } from "./matches.ts";
import type { Span } from "./span.ts";

/**
 * What a token's first part begins with: `{"` in base64, or `{` and white space. Of the latter it is read whether it is JSON.
 */
const PLAIN_START = "eyJ";
const JWT_START = /ey[JA]|ew[o0k]/g;
/** One of them is in each text that has a token: what it claims begins with `{`, too. */
export const JWT_NEEDLES = [PLAIN_START, ".e"] as const;

/** `{"alg":"none"}` has 19: "heyJude..." stays. */
const MIN_HEADER = 16;
const WORD = /[\w-]*={0,2}/y;
const TWO_MORE_PARTS = /(?:\.[\w-]*={0,2}){2,}/y;
/** Without its signature, or cut off, it has what it claims all the same. */
const CLAIMS = /\.e[yw][\w-]{8,}/y;

/**
 * JSON web tokens, signed (three parts) or encrypted (five), and whatever parts follow. A run without dots has
 * one end, whichever start in it one begins from: what follows it is looked at once.
 */
export function detectJwt(text: string): readonly Span[] {
  if (!JWT_NEEDLES.some((needle) => text.includes(needle))) return NOTHING;
  JWT_START.lastIndex = 0;
  let spans: Span[] | undefined;
  let headerEnd = 0;
  for (let found = JWT_START.exec(text); found; found = JWT_START.exec(text)) {
    const start = found.index;
    if (start >= headerEnd) {
      WORD.lastIndex = start;
      WORD.test(text);
      headerEnd = WORD.lastIndex;
    }
    if (headerEnd - start < MIN_HEADER) JWT_START.lastIndex = headerEnd;
    else if (isHeader(found[0], text.slice(start, start + MIN_HEADER))) {
      const end = endOf(text, headerEnd);
      if (end !== undefined) {
        spans ??= [];
        spans.push({ start, end });
      }
      JWT_START.lastIndex = end ?? headerEnd;
    }
  }
  return spans ?? NOTHING;
}

function endOf(text: string, headerEnd: number): number | undefined {
  TWO_MORE_PARTS.lastIndex = headerEnd;
  if (TWO_MORE_PARTS.test(text)) return TWO_MORE_PARTS.lastIndex;
  CLAIMS.lastIndex = headerEnd;
  return CLAIMS.test(text) ? CLAIMS.lastIndex : undefined;
}

const isHeader = (start: string, beginning: string) =>
  start === PLAIN_START || /^\{\s*"/.test(Buffer.from(beginning, "base64url").toString("latin1"));
