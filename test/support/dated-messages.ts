import fc from "fast-check";
import { DATE_ATTRIBUTES } from "../../functions/records/date-attributes.ts";

const HOUR_MS = 3_600_000;

/** Around both limits of the intake, and far from them. */
const offsets = fc.oneof(
  fc.constantFrom(0, -18 * HOUR_MS, -18 * HOUR_MS - 1, -17.5 * HOUR_MS, 2 * HOUR_MS, 2 * HOUR_MS + 1, 1.5 * HOUR_MS),
  fc.integer({ min: -40 * HOUR_MS, max: 30 * HOUR_MS }),
  fc.integer({ min: -400 * 24 * HOUR_MS, max: 24 * HOUR_MS }),
);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** In all forms that the intake documents, and how loggers write them. As JSON. */
function writtenTimes(time: number): string[] {
  const iso = new Date(time).toISOString();
  const [day = "", clock = ""] = iso.slice(0, -1).split("T");
  const east = new Date(time + 9 * HOUR_MS).toISOString().slice(0, -1);
  const west = new Date(time - 5.5 * HOUR_MS).toISOString().slice(0, -1);
  const date = new Date(time);
  const month = MONTHS[date.getUTCMonth()] ?? "";
  const texts = [
    iso,
    iso.slice(0, 19),
    `${iso.slice(0, 19)}Z`,
    iso.replace(".", ","),
    `${day} ${clock}`,
    `${iso.slice(0, -1)}456789Z`,
    `${east}+09:00`,
    `${east}+0900`,
    `${west}-05:30`,
    `${day}T${clock.slice(0, 5)}Z`,
    day,
    iso.replaceAll(/[-:]/g, "").replace(/\.\d+/, ""),
    `${month} ${String(date.getUTCDate()).padStart(2)} ${clock.slice(0, 8)}`,
    String(time),
    ` ${iso}`,
  ];
  const seconds = Math.floor(time / 1_000);
  return [
    ...texts.map((text) => JSON.stringify(text)),
    String(time),
    `${time}.5`,
    time.toExponential(),
    String(seconds),
  ];
}

const NO_DATES = [
  "null",
  "true",
  "{}",
  "[]",
  '""',
  '"yesterday"',
  '"Tue, 24 Nov 2020 10:00:00 GMT"',
  '"a \\"date\\": 1"',
];

const values = (now: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: offsets.chain((offset) => fc.constantFrom(...writtenTimes(now + offset))) },
    { weight: 1, arbitrary: fc.constantFrom(...NO_DATES) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 2 }) },
  );

const escaped = (name: string, at: number) =>
  `${name.slice(0, at)}\\u${name.charCodeAt(at).toString(16).padStart(4, "0")}${name.slice(at + 1)}`;

/** Of dates, as they are or with one letter escaped, and of what only looks like one. */
const names: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<string>(...DATE_ATTRIBUTES) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<string>(...DATE_ATTRIBUTES)
      .chain((name) => fc.nat(name.length - 1).map((at) => escaped(name, at))),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "level",
      "update",
      "time",
      "message",
      "original_date",
      'a\\"date',
      "timestamp\\\\",
      "é",
      "syslog",
    ),
  },
);

const spaces = fc.constantFrom("", "", "", " ", "\n  ", "\t");

/** Objects of one, two or three levels as JSON text, with white space, escapes and members of the same name. */
function objects(now: number, levels: number): fc.Arbitrary<string> {
  const parent = fc.constantFrom("syslog", "a", "sys\\u006cog", "xsyslog");
  const member: fc.Arbitrary<string> = fc
    .oneof(
      { weight: 5, arbitrary: fc.tuple(names, values(now)).map(([name, value]) => [name, value] as const) },
      ...(levels > 1
        ? [
            {
              weight: 2,
              arbitrary: fc.tuple(parent, objects(now, levels - 1)).map(([name, value]) => [name, value] as const),
            },
            {
              weight: 1,
              arbitrary: fc
                .tuple(parent, objects(now, levels - 1))
                .map(([name, value]) => [name, `[${value}]`] as const),
            },
            {
              weight: 1,
              arbitrary: fc
                .tuple(names, objects(now, levels - 1))
                .map(([name, value]) => [name, JSON.stringify(value)] as const),
            },
          ]
        : []),
    )
    .chain(([name, value]) =>
      fc.tuple(spaces, spaces, spaces).map(([s1, s2, s3]) => `${s1}"${name}"${s2}:${s3}${value}`),
    );
  return fc.tuple(fc.array(member, { maxLength: 5 }), spaces).map(([members, end]) => `{${members.join(",")}${end}}`);
}

/** Messages that are JSON objects, with dates in many forms and places; and a few that are not quite. */
export const datedMessages = (now: number): fc.Arbitrary<string> =>
  fc
    .tuple(spaces, objects(now, 3), fc.constantFrom("", "", "\n", "}", " x"))
    .map(([start, object, end]) => start + object + end);
