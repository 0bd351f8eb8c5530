import { globMatcher } from "../records/glob.ts";
import { isOwnLogGroup } from "../records/own-log-groups.ts";

/** Which log groups are to be subscribed. */
export interface LogGroupRule {
  /** Globs, one of which the name must match: `*` stands for any text, slashes included. */
  readonly include: readonly string[];
  /** Globs, none of which it may match. */
  readonly exclude?: readonly string[];
  /** Tags, one of which it must have: `team` for any value, `team=shop` for one, `team=shop-*` for a glob of values. */
  readonly includeTags?: readonly string[];
  /** Tags, none of which it may have. */
  readonly excludeTags?: readonly string[];
}

export type Tags = Readonly<Record<string, string>>;

/** Whether a log group is meant, or why not. What the name decides needs no look at the tags. */
export interface Selector {
  readonly usesTags: boolean;
  readonly byName: (name: string) => "meant" | "notIncluded" | "excluded";
  readonly byTags: (tags: Tags) => "meant" | "tagsNotIncluded" | "tagsExcluded";
}

export function selector({ include, exclude = [], includeTags = [], excludeTags = [] }: LogGroupRule): Selector {
  const anyOf = (globs: readonly string[]) => {
    const matchers = globs.map(globMatcher);
    return (name: string) => matchers.some((matches) => matches(name));
  };
  const anyTagOf = (conditions: readonly string[]) => {
    const matchers = conditions.map(tagMatcher);
    return (tags: Tags) => matchers.some((matches) => matches(tags));
  };
  const [isIncluded, isExcluded] = [anyOf(include), anyOf(exclude)];
  const [hasIncluded, hasExcluded] = [anyTagOf(includeTags), anyTagOf(excludeTags)];
  return {
    usesTags: includeTags.length + excludeTags.length > 0,
    byName: (name) => (!isIncluded(name) ? "notIncluded" : isExcluded(name) ? "excluded" : "meant"),
    byTags: (tags) => {
      if (hasExcluded(tags)) return "tagsExcluded";
      return includeTags.length === 0 || hasIncluded(tags) ? "meant" : "tagsNotIncluded";
    },
  };
}

function tagMatcher(condition: string): (tags: Tags) => boolean {
  const at = condition.indexOf("=");
  if (at < 0) return (tags) => Object.hasOwn(tags, condition);
  const [key, matches] = [condition.slice(0, at), globMatcher(condition.slice(at + 1))];
  return (tags) => Object.hasOwn(tags, key) && matches(tags[key] ?? "");
}

/** What a glob of log groups, and a condition on tags, must be. For settings' tables, too. */
export const GLOB = "^[\\w\\-/.#*]{1,512}$";
export const TAG = "^[^=*]{1,128}(?:=.{0,256})?$";
export const GLOB_MUST =
  "be a log group's name, in which * stands for any text and nothing else is special: give each alternative as an item of its own";
export const TAG_MUST = "be a tag of log groups: team, team=shop or team=shop-*";

const LISTS = ["include", "exclude", "includeTags", "excludeTags"] as const;

/** The rule in a JSON file or in props, or all that is wrong with it. */
export function parseLogGroupRule(value: unknown): LogGroupRule | readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return ['The rule must be an object, such as {"include": ["/ecs/*"]}.'];
  }
  const given = value as Readonly<Record<string, unknown>>;
  const problems = [
    ...Object.keys(given)
      .filter((name) => !(LISTS as readonly string[]).includes(name))
      .map((name) => `${name} is no part of a rule; there are ${LISTS.join(", ")}.`),
    ...LISTS.flatMap((name) => listProblems(name, given[name])),
  ];
  if (problems.length > 0) return problems;
  const rule = given as unknown as LogGroupRule;
  const senseless = ruleProblems(rule);
  return senseless.length > 0 ? senseless : rule;
}

function listProblems(name: (typeof LISTS)[number], value: unknown): string[] {
  if (value === undefined && name !== "include") return [];
  if (!Array.isArray(value)) return [`${name} must be a list of texts, such as ["/ecs/*"].`];
  const [pattern, must] = name.endsWith("Tags") ? [TAG, TAG_MUST] : [GLOB, GLOB_MUST];
  return value.flatMap((item, i) =>
    typeof item === "string" && new RegExp(pattern).test(item)
      ? []
      : [`${name}, item ${i + 1}, must ${must}; it is ${JSON.stringify(item)?.slice(0, 100)}.`],
  );
}

/** What makes no sense in a rule whose lists are right, in sentences. */
export function ruleProblems({ include, exclude = [] }: LogGroupRule): string[] {
  if (include.length === 0) return ["include is empty: name what is to be subscribed, such as /ecs/*."];
  const own = [...new Set(include.filter((glob) => isOwnLogGroup(glob)))];
  if (own.length > 0) {
    return [
      `include: ${own.join(", ")} can only match log groups of sidecarless's own functions. Each delivery would write a line there, and cause the next one, so they are never subscribed. Take it out.`,
    ];
  }
  const isExcluded = exclude.map(globMatcher);
  // A glob is text that it matches itself: one that matches it matches all that it matches.
  const useless = include.filter((glob) => isExcluded.some((matches) => matches(glob)));
  return useless.length === include.length
    ? [`exclude takes away all that include names (${useless.slice(0, 3).join(", ")}): nothing would be subscribed.`]
    : [];
}
