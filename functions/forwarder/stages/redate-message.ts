import { DATE_ATTRIBUTES } from "../../records/date-attributes.ts";
import { type Member, membersOf, rewriteMembers } from "./json-members.ts";
import { isDateOutOfRange } from "./redate-value.ts";

/** A message whose own dates the intake does not read any more. */
export interface RedatedMessage {
  /** The same text but for the names of those attributes. */
  readonly message: string;
  /** What they are called now. */
  readonly attributes: readonly string[];
}

/** Stands before an attribute's name from then on. */
export const ORIGINAL = "original_";

const AT_TOP: ReadonlySet<string> = new Set(DATE_ATTRIBUTES);
/** The attributes with a dot: below each first part the names of the rest. */
const BELOW = new Map(
  DATE_ATTRIBUTES.filter((name) => name.includes(".")).map((name) => {
    const [parent = "", ...rest] = name.split(".");
    return [parent, new Set([rest.join(".")])] as const;
  }),
);

/**
 * Gives attributes of a JSON object another name that the intake would take the date from, if it refuses logs of that date. It
 * then takes the entry's own. Their values, and all else of the text, stay as they are, character by character.
 *
 * @returns undefined if there is nothing to do. Never throws.
 */
export function redateMessage(text: string, now: number): RedatedMessage | undefined {
  const members = membersOf(text);
  return members && renamed(text, members, AT_TOP, "", now);
}

function renamed(
  text: string,
  members: readonly Member[],
  names: ReadonlySet<string>,
  path: string,
  now: number,
): RedatedMessage | undefined {
  const taken = new Set(members.map(({ name }) => name));
  const attributes: string[] = [];
  const message = rewriteMembers(text, members, ({ name, start, valueStart, end }) => {
    const value = text.slice(valueStart, end);
    if (names.has(name) && isDateOutOfRange(scalar(value), now)) {
      const other = otherName(name, taken);
      taken.add(other);
      attributes.push(path + other);
      // Behind the name there may be white space.
      const nameEnd = text.lastIndexOf('"', valueStart - 1) + 1;
      return JSON.stringify(other) + text.slice(nameEnd, end);
    }
    const below = path === "" ? BELOW.get(name) : undefined;
    const inner = below && membersOf(value);
    const done = inner && renamed(value, inner, below, `${name}.`, now);
    if (!done) return text.slice(start, end);
    attributes.push(...done.attributes);
    return text.slice(start, valueStart) + done.message;
  });
  return attributes.length > 0 ? { message, attributes } : undefined;
}

/** Lists and objects are no dates, and may be large. */
const scalar = (json: string): unknown => (/^[[{]/.test(json) ? undefined : JSON.parse(json));

function otherName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf(".") + 1;
  const other = `${name.slice(0, dot)}${ORIGINAL}${name.slice(dot)}`;
  return taken.has(other) ? otherName(other, taken) : other;
}
