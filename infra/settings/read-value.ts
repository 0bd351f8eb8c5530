import type { Shape, TextShape } from "./table/shapes.ts";

/** What was read, or what is wrong with it. */
export type ReadValue = { readonly value: unknown } | Refused;

/** `must` goes on after "must"; `item` is the one of a list that is wrong, counted from 1, and `given` what was given. */
export interface Refused {
  readonly must: string;
  readonly item?: number;
  readonly given: unknown;
}

/** A value from a JSON file, where numbers, flags and lists are what they are. */
export function readJson(shape: Shape, given: unknown): ReadValue {
  switch (shape.kind) {
    case "text":
      return textOf(shape, given);
    case "path":
      return textOf({ kind: "text" }, given);
    case "integer":
      return integerOf(shape, given);
    case "flag":
      return typeof given === "boolean" ? { value: given } : { must: "be true or false", given };
    case "choice":
      return choiceOf(shape, given);
    case "list":
      return shape.none && given === NONE ? { value: [] } : listOf(shape, given);
    case "pairs":
      return pairsOf(given);
  }
}

/** A value as text, as `-c` has it. Space around it, and around the items of a list, does not count. */
export function readText(shape: Shape, given: string): ReadValue {
  const read = readJson(shape, jsonOf(shape, given.trim()));
  return "must" in read && read.item === undefined ? { ...read, given } : read;
}

/** Says that an empty list is meant, which a list that was forgotten does not. */
export const NONE = "none";

/** The value that the text stands for, or the text itself if it stands for none. */
function jsonOf(shape: Shape, text: string): unknown {
  switch (shape.kind) {
    case "text":
    case "path":
      return text;
    case "choice":
      return shape.of.find((word) => String(word) === text) ?? text;
    case "integer":
      return /^\d+$/.test(text) ? Number(text) : text;
    case "flag":
      return text === "true" || text === "false" ? text === "true" : text;
    case "list":
      return shape.none && text === NONE ? text : itemsOf(text);
    case "pairs":
      return Object.fromEntries(itemsOf(text).map(pairOf));
  }
}

function textOf({ pattern, must }: TextShape, given: unknown): ReadValue {
  if (typeof given !== "string") return { must: "be text, in quotes", given };
  if (given === "") return { must: "not be empty; leave it out", given };
  return pattern === undefined || new RegExp(pattern).test(given)
    ? { value: given }
    : { must: must ?? `match ${pattern}`, given };
}

function integerOf({ min, max, word }: Extract<Shape, { kind: "integer" }>, given: unknown): ReadValue {
  const isIn = Number.isInteger(given) && (given as number) >= min && (given as number) <= max;
  if (isIn || (word !== undefined && given === word)) return { value: given };
  return { must: `be a whole number from ${min} to ${max}${word === undefined ? "" : `, or ${word}`}`, given };
}

const choiceOf = ({ of }: Extract<Shape, { kind: "choice" }>, given: unknown): ReadValue =>
  of.includes(given as string | number) ? { value: given } : { must: `be ${alternatives(of)}`, given };

function listOf({ item, none }: Extract<Shape, { kind: "list" }>, given: unknown): ReadValue {
  if (!Array.isArray(given)) return { must: `be a list of texts, ["…", "…"]${none ? `, or "${NONE}"` : ""}`, given };
  if (none && given.length === 0) return { must: `not be empty; "${NONE}" says that none is meant`, given };
  for (const [i, value] of given.entries()) {
    const read = item.kind === "choice" ? choiceOf(item, value) : textOf(item, value);
    if ("must" in read) return { ...read, item: i + 1 };
  }
  const second = given.findIndex((value, i) => given.indexOf(value) !== i);
  return second < 0 ? { value: given } : { must: "not be there twice", item: second + 1, given: given[second] };
}

/** Both of a pair: as text, commas and equals signs part them. */
export const PAIRED = "^[^,=]+$";

function pairsOf(given: unknown): ReadValue {
  const refused = { must: 'be names and texts, {"CostCenter": "cost_center"}, without comma or equals sign', given };
  if (typeof given !== "object" || given === null || Array.isArray(given)) return refused;
  const names = Object.entries(given).flat();
  const good = names.every((name) => typeof name === "string" && new RegExp(PAIRED).test(name));
  return good && names.length > 0 ? { value: given } : refused;
}

const alternatives = (words: readonly (string | number)[]) => `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

const itemsOf = (text: string) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

/** `team` keeps its name; `CostCenter=cost_center` gets another. */
function pairOf(item: string): [string, string] {
  const [from = "", to = from] = item.split("=").map((name) => name.trim());
  return [from, to];
}
