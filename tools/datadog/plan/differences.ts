import type { JsonObject } from "./kinds/ask.ts";

export interface Difference {
  /** Such as `options.thresholds.critical` or `widgets[2].definition.title`. */
  readonly path: string;
  /** Undefined: it is not there. */
  readonly from: unknown;
  readonly to: unknown;
}

/**
 * Where an object is not as it is wanted. What is there besides is no difference: Datadog adds ids and defaults, and a person
 * what they like.
 */
export function differences(actual: unknown, wanted: unknown, path = ""): Difference[] {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual) || actual.length !== wanted.length) return [{ path, from: actual, to: wanted }];
    return wanted.flatMap((item, i) => differences(actual[i], item, `${path}[${i}]`));
  }
  if (isObject(wanted)) {
    if (!isObject(actual)) return [{ path, from: actual, to: wanted }];
    return Object.entries(wanted).flatMap(([name, value]) =>
      differences(actual[name], value, path === "" ? name : `${path}.${name}`),
    );
  }
  return actual === wanted ? [] : [{ path, from: actual, to: wanted }];
}

/** What is wanted, and what is there besides. Lists are as wanted. */
export function mergedOver(actual: unknown, wanted: unknown): unknown {
  // Of another type all other fields have other meanings.
  if (!isObject(actual) || !isObject(wanted) || (actual.type ?? wanted.type) !== wanted.type) return wanted;
  const merged = Object.entries(wanted).map(([name, value]) => [name, mergedOver(actual[name], value)]);
  return { ...actual, ...Object.fromEntries(merged) };
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
