import { describe, expect, test } from "vitest";
import { entryDates, readDate } from "../../functions/recorder/entry-dates.ts";

const NOW = Date.UTC(2026, 10, 25, 10);
const DAY_BEFORE = Date.UTC(2026, 10, 24, 10);

describe("where the intake looks for a date", () => {
  const NAMES = ["timestamp", "date", "_timestamp", "Timestamp", "eventTime", "published_date", "@timestamp"];
  const date = "2026-11-24T10:00:00Z";

  test.each([...NAMES, "syslog.timestamp"])("%s, of the entry and of the JSON in its message", (name) => {
    expect(entryDates({ [name]: date }, NOW)).toEqual([DAY_BEFORE]);
    expect(entryDates({ message: JSON.stringify({ [name]: date }) }, NOW)).toEqual([DAY_BEFORE]);
  });

  test("within syslog", () => {
    expect(entryDates({ syslog: { timestamp: date } }, NOW)).toEqual([DAY_BEFORE]);
    expect(entryDates({ message: JSON.stringify({ syslog: { timestamp: date } }) }, NOW)).toEqual([DAY_BEFORE]);
  });

  test("all of them", () => {
    const message = ` {"\\u0064ate":"${date}","timestamp":7}\n`;
    expect(entryDates({ timestamp: NOW, message }, NOW)).toEqual([NOW, 7, DAY_BEFORE]);
  });

  test.each([
    ["deeper", { a: { timestamp: date } }],
    ["in a list", { syslog: [{ timestamp: date }], a: [{ date }] }],
    ["in another attribute", { time: date, "a.timestamp": date, DATE: date }],
    ["in JSON within a text", { message: JSON.stringify({ date }) }],
  ])("and not %s", (_where, json) => {
    expect(entryDates({ message: JSON.stringify(json) }, NOW)).toEqual([]);
  });

  test.each([`date: ${date}`, `[{"date":"${date}"}]`, `{"date":"${date}"`, '"date"', "{}", ""])(
    "and not in a message that is no object: %s",
    (message) => {
      expect(entryDates({ message }, NOW)).toEqual([]);
    },
  );
});

describe("what it takes for a date", () => {
  test.each([
    ["2026-11-24T10:00:00Z"],
    ["2026-11-24T10:00:00.000Z"],
    ["2026-11-24T10:00:00,000000001+00:00"],
    ["2026-11-24 10:00:00"],
    ["2026-11-24t10:00z"],
    ["2026-11-24T19:00:00+0900"],
    ["2026-11-24T04:30:00.000-05:30"],
    ["2026-11-24T12+02"],
    ["20261124T100000Z"],
    [DAY_BEFORE],
    [String(DAY_BEFORE)],
    [`${DAY_BEFORE}.0`],
    ["Nov 24 10:00:00"],
  ])("%s", (value) => {
    expect(readDate(value, NOW)).toBe(DAY_BEFORE);
  });

  test("a day, a month, a single digit, and seconds, which are milliseconds to it", () => {
    expect(readDate("2026-11-24", NOW)).toBe(Date.UTC(2026, 10, 24));
    expect(readDate("2026-11", NOW)).toBe(Date.UTC(2026, 10));
    expect(readDate("Nov  3 10:00:00", NOW)).toBe(Date.UTC(2026, 10, 3, 10));
    expect(readDate(1_795_514_400, NOW)).toBe(1_795_514_400);
  });

  test.each([
    null,
    true,
    "",
    "yesterday",
    "24/Nov/2026:10:00:00 +0000",
    "Tue, 24 Nov 2026 10:00:00 GMT",
    "2026-13-01",
    {},
    [],
  ])("and not %j", (value) => {
    expect(readDate(value, NOW)).toBeUndefined();
  });
});
