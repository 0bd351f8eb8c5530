import { isOutOfRange } from "./redate-range.ts";

/**
 * Whether the intake would read a value as a date that it does not take. It documents three forms: ISO 8601, milliseconds since
 * the epoch, and that of RFC 3164. What it makes of others is not known: they are left alone. Where a form leaves something open,
 * a date counts that may be out of range.
 *
 * @param value as `JSON.parse` returns it @param now milliseconds since the epoch
 */
export function isDateOutOfRange(value: unknown, now: number): boolean {
  const time = typeof value === "number" ? value : typeof value === "string" ? timeOf(value.trim(), now) : undefined;
  return time !== undefined && isOutOfRange(time, now);
}

function timeOf(text: string, now: number): number | undefined {
  if (text.length > MAX_DATE_CHARACTERS) return undefined;
  // Seconds, too: read as milliseconds, as is documented, they are a date in January 1970.
  if (NUMBER.test(text)) return Number(text);
  return isoTime(text) ?? syslogTime(text, now);
}

const MAX_DATE_CHARACTERS = 100;
const NUMBER = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A day: of a month, of a week, or of the year; the first and the second may be left out. */
const DAY =
  /(?<year>\d{4})-?(?:(?<month>\d\d)(?:-?(?<day>\d\d))?|W(?<week>\d\d)(?:-?(?<weekday>\d))?|(?<ordinal>\d{3}))/;
/** With a space for the T, as RFC 3339 allows. */
const TIME = /[Tt ] *(?<hour>\d\d)(?::?(?<minute>\d\d)(?::?(?<second>\d\d))?)?(?:[.,](?<fraction>\d+))?/;
/** As Go and Java print it, also with the name behind: `+0900 JST`, `+09:00[Asia/Tokyo]`. */
const ZONE =
  /(?: ?(?:[Zz]|UTC|GMT|(?<sign>[+-])(?<zoneHours>\d\d):?(?<zoneMinutes>\d\d)?))?(?: [A-Z]{1,5})?(?:\[[^\]]*\])?/;
const ISO_8601 = new RegExp(`^${DAY.source}(?:${TIME.source}${ZONE.source})?$`);

/** Without a zone it is UTC. */
function isoTime(text: string): number | undefined {
  const parts = ISO_8601.exec(text)?.groups;
  if (!parts) return undefined;
  const number = (name: string, otherwise = 0) => Number(parts[name] ?? otherwise);
  const clock = (number("hour") * 60 + number("minute")) * 60_000 + number("second") * 1_000;
  const east = (number("zoneHours") * 60 + number("zoneMinutes")) * 60_000;
  const ms = Number((parts.fraction ?? "").padEnd(3, "0").slice(0, 3));
  return dayOf(parts) + clock + ms + (parts.sign === "-" ? east : -east);
}

function dayOf({ year, month, day, week, weekday, ordinal }: Readonly<Record<string, string | undefined>>): number {
  if (ordinal !== undefined) return Date.UTC(Number(year), 0, Number(ordinal));
  if (week === undefined) return Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1));
  // The first week is that of January 4, and begins on Monday.
  const fourth = Date.UTC(Number(year), 0, 4);
  const firstMonday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
  return firstMonday + ((Number(week) - 1) * 7 + Number(weekday ?? 1) - 1) * DAY_MS;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** `Nov  3 12:13:20`, also behind a syslog message's priority. */
const RFC_3164 = /^(?:<\d{1,3}>)?([A-Za-z]{3}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/;

/** It has no year: that of today is meant, also in the first hours of January, when it may be a year ahead. */
function syslogTime(text: string, now: number): number | undefined {
  const [, name = "", day, hour, minute, second] = RFC_3164.exec(text) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase());
  if (month < 0) return undefined;
  const year = new Date(now).getUTCFullYear();
  return Date.UTC(year, month, Number(day), Number(hour), Number(minute), Number(second));
}
