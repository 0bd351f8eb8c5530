import { DATE_ATTRIBUTES } from "../records/date-attributes.ts";
import type { ArrivedEntry } from "./intake-contract.ts";

/**
 * All that the intake may take for an entry's date, in milliseconds since the epoch: of the entry's own attributes, and of those in
 * its message if that is a JSON object. It documents where it looks and which forms it knows, but not which of several dates wins.
 *
 * @param now for dates without a year
 */
export function entryDates(entry: ArrivedEntry, now: number): readonly number[] {
  const dates: number[] = [];
  const add = (attributes: unknown, name: string) => {
    const date = readDate(memberOf(attributes, name), now);
    if (date !== undefined) dates.push(date);
  };
  for (const attributes of [entry, objectIn(entry.message)]) {
    for (const { name, parent, child } of PLACES) {
      add(attributes, name);
      if (child !== undefined) add(memberOf(attributes, parent), child);
    }
  }
  return dates;
}

/** A name with a dot is that of an attribute, and of one within another. */
const PLACES = DATE_ATTRIBUTES.map((name) => {
  const [parent = "", child] = name.split(".");
  return { name, parent, child };
});

function objectIn(message: unknown): unknown {
  // Most are no JSON, or have no date: parsing all of them would slow down what is measured.
  if (typeof message !== "string" || !/^\s*\{/.test(message) || !/stamp|Time|date|\\u/.test(message)) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** ISO 8601, milliseconds since the epoch as a number or in a text, or as in RFC 3164; undefined for anything else. */
export function readDate(value: unknown, now: number): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  const time = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : (isoDate(text) ?? syslogDate(text, now));
  return time === undefined || Number.isNaN(time) ? undefined : time;
}

/** In the long and the short form, with a `T` or a space; without a zone it is UTC. */
function isoDate(text: string): number | undefined {
  const [, year, month, day = "01", hour = "00", minute = "00", second = "00", part = "", zone = "Z"] =
    /^(\d{4})-?(\d\d)(?:-?(\d\d))?(?:[Tt ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)? ?([Zz]|UTC|[+-]\d\d(?::?\d\d)?)?)?$/.exec(
      text,
    ) ?? [];
  if (year === undefined) return undefined;
  const ms = part.padEnd(3, "0").slice(0, 3);
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "").padEnd(2, "0")}` : "Z";
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}${offset}`);
}

/** In the year that is now. */
function syslogDate(text: string, now: number): number | undefined {
  const found = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d)$/.exec(text);
  return found ? Date.parse(`${found[2]} ${found[1]} ${new Date(now).getUTCFullYear()} ${found[3]} UTC`) : undefined;
}
