import { asciiTable, NOTHING } from "./matches.ts";
import type { Span } from "./span.ts";

/**
 * What the settings REDACT_IP and REDACT_EMAIL of Datadog's forwarder take, in linear time: versions, package names and file
 * names with an @, too.
 * https://github.com/DataDog/datadog-serverless-functions/blob/master/aws/logs_monitoring/settings.py (2026-11)
 */

const IS_LOCAL = asciiTable(/[a-zA-Z0-9_.+-]/);
const DOMAIN = /[a-zA-Z0-9-]+\.[a-zA-Z0-9.-]+/y;

/** From each @ to the left and to the right no further than the next one. */
export function emailsOfDatadog(text: string): readonly Span[] {
  let spans: Span[] | undefined;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    let start = at;
    while (start > 0 && IS_LOCAL[text.charCodeAt(start - 1)]) start -= 1;
    DOMAIN.lastIndex = at + 1;
    if (start === at || !DOMAIN.test(text)) continue;
    spans ??= [];
    spans.push({ start, end: DOMAIN.lastIndex });
  }
  return spans ?? NOTHING;
}

/** Any four numbers of up to three digits. At most 15 characters are tried at a place. */
const FOUR_NUMBERS = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/g;

export function ipv4OfDatadog(text: string): readonly Span[] {
  let spans: Span[] | undefined;
  for (const { index, 0: found } of text.matchAll(FOUR_NUMBERS)) {
    spans ??= [];
    spans.push({ start: index, end: index + found.length });
  }
  return spans ?? NOTHING;
}
