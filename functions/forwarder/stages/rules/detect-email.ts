import type { Span } from "./span.ts";

const NOTHING: readonly Span[] = [];
/**
 * What stands before the @, letters of any script included. The standard allows more (`= & / ? { | }`), which in
 * logs stand between a name and its value: there the address begins after them.
 */
const IS_ASCII_LOCAL = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[A-Za-z0-9.!#$%*+^_~'-]/.test(String.fromCharCode(code))),
);
const LETTER = /[\p{L}\p{N}]/u;
/** A label after the first that begins with two letters: `pkg@1.2.3` has none, `user@host` neither. */
const DOMAIN = /[\p{L}\p{N}.-]*?\.\p{L}{2}[\p{L}\p{N}-]*(?:\.[\p{L}\p{N}-]+)*/uy;

/**
 * E-mail addresses. From each @ to the left no further than the @ before, and to the right no further than a
 * domain's characters go, none of which is an @: each place is looked at a fixed number of times.
 */
export function detectEmail(text: string): readonly Span[] {
  let at = text.indexOf("@");
  if (at < 0) return NOTHING;
  const spans: Span[] = [];
  for (let before = -1; at >= 0; before = at, at = text.indexOf("@", at + 1)) {
    DOMAIN.lastIndex = at + 1;
    if (!DOMAIN.test(text)) continue;
    const end = DOMAIN.lastIndex;
    let start = at;
    while (start > before + 1 && isLocal(text, start)) start -= 1;
    if (text[start - 1] === "\\" && text.startsWith("{"))
      start += ESCAPE.exec(text.slice(start, start + 5))?.[0].length ?? 0;
    if (start < at) spans.push({ start, end });
  }
  return spans;
}

/** In JSON a backslash and what belongs to it are one sign, `\n` say: half of it gone, it would be JSON no more. */
const ESCAPE = /^(?:[bfnrt]|u[0-9a-fA-F]{4})/;

/** Whether what stands before this place is of the address; half of a letter that takes two places is. */
function isLocal(text: string, at: number): boolean {
  const code = text.charCodeAt(at - 1);
  return code < 128 ? IS_ASCII_LOCAL[code] === 1 : (code & 0xf800) === 0xd800 || LETTER.test(text.charAt(at - 1));
}
