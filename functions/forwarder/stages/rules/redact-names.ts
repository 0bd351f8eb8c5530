import { type RuleBudget, UNKNOWN } from "./budget.ts";
import { followKeys } from "./private-keys.ts";
import { type OnCut, redact } from "./redact.ts";
import { isBuiltIn, type Redaction } from "./redaction.ts";

/**
 * Takes what a rule redacts out of all texts of a value: names, tags, settings, what ECS tells. The same value if nothing is
 * found in it; else a copy.
 */
export type Clean = <T>(value: T) => T;

/** What there was no time to look at does not go out. */
const NOT_LOOKED_AT = "[REDACTED: no time left for its rules]";

/**
 * Detectors see each text behind its key, as they would in a message: so the version in `{ version: "1.2.3.4" }` stays. A
 * user's patterns see the text alone, so that `^` is its beginning.
 */
export function namesRedactor(redactions: readonly Redaction[], budget: RuleBudget, onCut: OnCut | undefined): Clean {
  if (redactions.length === 0) return (value) => value;
  const builtIn = redactions.filter(isBuiltIn);
  const own = redactions.filter((redaction) => !isBuiltIn(redaction));
  const keysIn = followKeys(builtIn);
  let isOutOfTime = false;

  return (value) => {
    const texts = textsIn(value);
    isOutOfTime = false;
    budget.begin();
    const isClean = findsNothing(texts);
    const cleaned = isClean ? value : copied(value, "");
    budget.end(texts.reduce((sum, text) => sum + text.length, 0));
    if (isOutOfTime) budget.outOfTime();
    return cleaned as typeof value;
  };

  /** Detectors look at all texts at once: most have nothing. What stands between lets none touch the next. */
  function findsNothing(texts: readonly string[]): boolean {
    const all = texts.join("\n;\n");
    return (
      redact(all, builtIn, budget, keysIn?.(all, undefined).spans) === undefined &&
      texts.every((text) => redact(text.slice(text.indexOf(KEY_END) + 1), own, budget) === undefined)
    );
  }

  function copied(value: unknown, key: string): unknown {
    if (typeof value === "string") return withoutSecrets(value, key);
    if (Array.isArray(value)) return value.map((one) => copied(one, key));
    if (!isPlain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [cleanKey(name), copied(one, name)]));
  }

  function cleanKey(name: string): string {
    return isField(name) ? name : withoutSecrets(name, "");
  }

  function withoutSecrets(text: string, key: string): string {
    const named = `${key}${KEY_END}${text}`;
    const found = redactedBy(named, builtIn);
    const value = found.startsWith(`${key}${KEY_END}`) ? found.slice(key.length + 1) : redactedBy(text, builtIn);
    return redactedBy(value, own);
  }

  function redactedBy(text: string, by: readonly Redaction[]): string {
    const result = redact(text, by, budget, keysIn?.(text, undefined).spans, onCut);
    if (result === UNKNOWN) isOutOfTime = true;
    return result === UNKNOWN ? NOT_LOOKED_AT : (result?.text ?? text);
  }
}

const KEY_END = ":";

/** All texts, each behind its key. */
function textsIn(value: unknown, key = ""): string[] {
  if (typeof value === "string") return [`${key}${KEY_END}${value}`];
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, key));
  if (!isPlain(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => [
    ...(isField(name) ? [] : [`${KEY_END}${name}`]),
    ...textsIn(one, name),
  ]);
}

/** A name that a program gave; those of tags are data, as their values are. */
const isField = (name: string) => /^[a-z][a-zA-Z]{0,30}$/.test(name);

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
