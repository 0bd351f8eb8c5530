import { FILTER_PREFIX } from "../recommended/log-index.ts";
import { mergedOver } from "./differences.ts";
import type { JsonObject } from "./kinds/ask.ts";
import type { Found, Kind } from "./kinds/kind.ts";
import { isMarkTag } from "./kinds/mark.ts";

/** What a found object should be: as recommended, with the tags and exclusion filters that somebody else added. */
export function wantedBody({ markField }: Kind, recommended: JsonObject, { body: actual }: Found): JsonObject {
  const tags = markField === "description" ? {} : { [markField]: keptTags(actual[markField], recommended[markField]) };
  const filters = "exclusion_filters" in recommended && {
    exclusion_filters: keptFilters(actual.exclusion_filters, recommended.exclusion_filters),
  };
  return { ...recommended, ...tags, ...filters };
}

/** What a PUT must have, so that it changes what is wanted and nothing else. */
export function updateBody({ replaces = [] }: Kind, wanted: JsonObject, { body: actual }: Found): JsonObject {
  const kept = replaces.filter((field) => actual[field] !== undefined && actual[field] !== null);
  const merged = Object.entries(wanted).map(([field, value]) => [field, mergedOver(actual[field], value)]);
  return { ...Object.fromEntries(kept.map((field) => [field, actual[field]])), ...Object.fromEntries(merged) };
}

function keptTags(actual: unknown, recommended: unknown): unknown[] {
  const ours = list(recommended);
  const there = list(actual).filter((tag) => ours.includes(tag) || !isMarkTag(tag));
  return [...there, ...ours.filter((tag) => !there.includes(tag))];
}

/** Each of ours in its place, or at the end; those of others as they are. Their order decides which one counts. */
function keptFilters(actual: unknown, recommended: unknown): unknown[] {
  const ours = new Map(list(recommended).map((filter) => [(filter as JsonObject).name, filter]));
  const there = list(actual).flatMap((filter) => {
    const { name } = filter as JsonObject;
    if (typeof name !== "string" || !name.startsWith(FILTER_PREFIX)) return [filter];
    const own = ours.get(name);
    ours.delete(name);
    return own ? [own] : [];
  });
  return [...there, ...ours.values()];
}

const list = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : []);
