import type { EntryAttributes } from "../../records/entry.ts";
import { type EventIndex, type LogEvent, messageOf } from "../../records/event.ts";
import { type Member, membersOf, rewriteMembers } from "./json-members.ts";
import { type Said, settleFirst } from "./precedence.ts";
import { MAX_TAG_CHARACTERS } from "./tags.ts";

/** What a JSON message says of itself. */
export interface TakenTags {
  /** Without `ddtags` that are a text. Others stay: nobody documents what the intake makes of them. */
  readonly message: string;
  readonly said: Said;
}

const DDTAGS = "ddtags";

/** Datadog keeps no more of one log. https://docs.datadoghq.com/logs/log_collection/#attributes-and-tags (2026-11) */
const MAX_TAGS = 100;

/**
 * Takes `ddtags` out of a message that is a JSON object: the intake would put them in the place of the entry's, and not
 * beside them. Undefined: it has none. Never throws.
 *
 * The intake reads a `service` beside them, too, and prefers it to the entry's.
 */
export function takeTags(message: string): TakenTags | undefined {
  if (!message.includes(DDTAGS)) return undefined;
  const members = membersOf(message);
  if (!members?.some(({ name }) => name === DDTAGS)) return undefined;
  const parsed = ({ valueStart, end }: Member): unknown => JSON.parse(message.slice(valueStart, end));
  const tags: string[] = [];
  let service: string | undefined;
  const rest = rewriteMembers(message, members, (member) => {
    const { name, start, end } = member;
    if (name === "service") service = serviceIn(parsed(member));
    if (name !== DDTAGS) return message.slice(start, end);
    const value = parsed(member);
    tags.push(...tagsIn(value).slice(0, MAX_TAGS - tags.length));
    return typeof value === "string" ? undefined : message.slice(start, end);
  });
  return { message: rest, said: { service, tags } };
}

function serviceIn(value: unknown): string | undefined {
  const text = typeof value === "string" ? value.trim() : "";
  return text === "" || text.length > MAX_TAG_CHARACTERS ? undefined : text;
}

/** In a text with commas, as is documented; in a list or an object, as is tried. */
function tagsIn(value: unknown): string[] {
  if (typeof value === "string") return splitTags(value);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]: [string, unknown]) => {
    if (Array.isArray(value)) return typeof one === "string" ? splitTags(one) : [];
    return ["string", "number", "boolean"].includes(typeof one) ? [`${name}:${String(one).trim()}`] : [];
  });
}

/** White space around a tag, or behind its first colon, is none of it. */
const splitTags = (text: string): string[] =>
  text.split(",").map((tag) => {
    const [key = "", ...values] = tag.split(":");
    return [key.trim(), values.join(":").trim()].filter((part) => part !== "").join(":");
  });

/** What goes out for an event with tags of its own; undefined for one without. Events must come in their order. */
export type MergeTags = (
  event: LogEvent,
  message: string | undefined,
  common: EntryAttributes,
) => { readonly message?: string; readonly attributes: EntryAttributes } | undefined;

/** Lines of the same tags share their attributes, as long as there are few kinds: those that differ with every line go. */
const MAX_KNOWN = 100;

/**
 * Undefined: no event of the delivery has tags of its own, which its bytes tell at once.
 *
 * @param message of an event: as a rule left it, or undefined for the event's own.
 */
export function mergingTags({ json, count, positions }: EventIndex): MergeTags | undefined {
  // Up to the end of the last message: other deliveries may follow.
  const own = json.subarray(0, positions[3 * count - 1] ?? 0);
  let next = own.indexOf(DDTAGS, positions[1] ?? 0);
  if (next < 0) return undefined;

  const hasMark = ({ messageStart, messageEnd }: LogEvent) => {
    if (next >= 0 && next < messageStart) next = own.indexOf(DDTAGS, messageStart);
    return next >= 0 && next < messageEnd;
  };
  const known = new Map<string, EntryAttributes>();
  const merged = (said: Said, common: EntryAttributes) => {
    const key = JSON.stringify([common.hostname, said.service, said.tags]);
    const attributes = known.get(key) ?? settleFirst(said, common);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, attributes);
    return attributes;
  };
  return (event, message, common) => {
    // Lines that a rule joined stand for the first of them.
    if (message === undefined && !hasMark(event)) return undefined;
    const text = message ?? messageOf(event);
    const taken = takeTags(text);
    // Its bytes go on as they came if nothing was taken out.
    return (
      taken && { message: taken.message === text ? message : taken.message, attributes: merged(taken.said, common) }
    );
  };
}
