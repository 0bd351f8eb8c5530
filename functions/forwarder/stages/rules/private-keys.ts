import { findPrivateKeys, type OpenKey, PRIVATE_KEY_NEEDLES, type PrivateKeys } from "./detect/private-key.ts";
import { readingsOf } from "./readings.ts";
import { isBuiltIn, type Redaction } from "./redaction.ts";

/** Follows private keys through the events of one stream: given each event's text, and what the one before left open. */
export type FollowKeys = (text: string, open: OpenKey | undefined) => PrivateKeys;

/** Undefined if none of the redactions looks for private keys. */
export function followKeys(redactions: readonly Redaction[]): FollowKeys | undefined {
  const looks = redactions.some((redaction) => isBuiltIn(redaction) && redaction.detector === "private-key");
  return looks ? privateKeysIn : undefined;
}

/** The spans are places of the text as it came. */
function privateKeysIn(text: string, open: OpenKey | undefined): PrivateKeys {
  if (!open && !PRIVATE_KEY_NEEDLES.some((needle) => text.includes(needle))) return NO_KEYS;
  const [reading] = readingsOf(text);
  const found = findPrivateKeys(reading.text, open);
  return { spans: found.spans.map(reading.original), open: found.open };
}

const NO_KEYS: PrivateKeys = { spans: [], open: undefined };
