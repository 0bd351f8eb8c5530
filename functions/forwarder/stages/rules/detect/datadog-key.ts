import { NOTHING, spansOf } from "./matches.ts";
import { BETWEEN, NOT_REDACTED, valuesOf } from "./named.ts";
import type { Span } from "./span.ts";

/** A name such as `DD-API-KEY`, `apiKey`, `app_key`, `datadog key`, or the intake's old path, then 32 (API) or 40 hex digits. */
const NAMED = new RegExp(
  `(?:${NOT_REDACTED}(?:api|app(?:lication)?|(?<![a-z])dd|datadog)[_ .-]?keys?${BETWEEN}|/v1/input/)([\\da-f]{32,})`,
  "gi",
);
/** Most texts have neither, which is found out fast. */
const HINT = /key|\/v1\/input/i;
/** Keys of the newer kind tell what they are. https://docs.datadoghq.com/account_management/api-app-keys/ (2026-11) */
const PREFIXED = /dd(?:api|app|pat|sat)_[A-Za-z0-9]{16,}/g;

/**
 * Datadog's API and application keys, and what digits touch them. 32 hex digits alone are as well a trace id, a task's id, or
 * a key of a cache: they count only after a name of such a key.
 */
export function detectDatadogKey(text: string): readonly Span[] {
  const prefixed = text.includes("dd") ? spansOf(PREFIXED, text) : NOTHING;
  const named = HINT.test(text) ? valuesOf(NAMED, text) : NOTHING;
  return prefixed.length > 0 ? [...prefixed, ...named] : named;
}
