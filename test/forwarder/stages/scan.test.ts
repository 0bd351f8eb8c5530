import { isUtf8 } from "node:buffer";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { pack } from "../../../functions/forwarder/stages/pack.ts";
import { readDeliveries, readWithParser } from "../../../functions/forwarder/stages/read.ts";
import { scan } from "../../../functions/forwarder/stages/scan.ts";
import type { Delivery } from "../../../functions/records/delivery.ts";
import type { LogEntry } from "../../../functions/records/entry.ts";
import { eventsOf } from "../../../functions/records/event.ts";
import { compress, entry, onTheWire, plainEvents } from "../../support/deliveries.ts";
import { anyText } from "../../support/texts.ts";

/** As CloudWatch Logs writes it: to a new destination, and with system fields. */
const CONTROL = Buffer.from(
  '{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],' +
    '"logEvents":[{"id":"","timestamp":1510254469274,"message":"CWL CONTROL MESSAGE: Checking health of destination."}]}',
);
const WITH_FIELDS = Buffer.from(
  '{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/ecs/shop","logStream":"web/app/1",' +
    '"subscriptionFilters":["all","errors"],"logEvents":[' +
    '{"id":"39","timestamp":1795366123000,"message":"GET / 200 é","extractedFields":{"@aws.account":"1","@aws.region":"eu-west-1"}},' +
    '{"id":"40","timestamp":1795366123001,"message":"","extractedFields":{"@aws.account":"1","@aws.region":"us-east-1"}}]}',
);
const EVENTS =
  String.raw`{"id":"1","timestamp":1440442987000,"message":"[ERROR] \"a\"\n\tat b"},` +
  '{"id":"2","timestamp":1440442987001,"message":"c"}';
const PLAIN =
  '{"messageType":"DATA_MESSAGE","owner":"123456789123","logGroup":"g","logStream":"s","subscriptionFilters":["f"],' +
  `"logEvents":[${EVENTS}]}`;

/** The last delivery with something else at one place. */
function plainWith(part: string, instead: string): Buffer {
  if (!PLAIN.includes(part)) throw new Error(`${part} is not in it`);
  // A function, since in a text `$` may stand for something.
  return Buffer.from(PLAIN.replace(part, () => instead));
}

/** The ways in which JSON may write the same text. */
const escaped = (text: string) =>
  text.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
const SPELLINGS = [
  (text: string) => JSON.stringify(text).slice(1, -1),
  (text: string) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
  escaped,
  (text: string) =>
    escaped(text)
      .replace(/[a-f]/g, (digit) => digit.toUpperCase())
      .replaceAll("\\U", "\\u"),
];
const piece = fc.tuple(
  fc.oneof(anyText({ maxLength: 12 }), fc.constantFrom("/", "at /x", "")),
  fc.constantFrom(...SPELLINGS),
);
/** A text in JSON, quotes included, each part of it spelled in another way. */
const spelled = fc
  .array(piece, { maxLength: 3 })
  .map((pieces) => `"${pieces.map(([text, spelling]) => spelling(text)).join("")}"`);

/** JSON of values that are not what CloudWatch writes at this place. */
const anyJson = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value));
/** `other` once in so many times. */
const seldom = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>, oneIn: number) =>
  fc.oneof({ weight: oneIn - 1, arbitrary: usual }, { weight: 1, arbitrary: other });

type Field = readonly [key: string, value: string];
const field = (key: string, value: fc.Arbitrary<string>): fc.Arbitrary<Field> =>
  fc.tuple(seldom(fc.constant(JSON.stringify(key)), fc.constant(`"${escaped(key)}"`), 200), value);
const sometimes = (one: fc.Arbitrary<Field>) => seldom(fc.constant<Field[]>([]), fc.tuple(one), 3);

/** An object with these fields, mostly in this order, each once, and without white space. */
const objectOf = (parts: readonly fc.Arbitrary<readonly Field[]>[]) =>
  fc.tuple(...parts).chain((given) => {
    const all = given.flat();
    const mixed = fc.oneof(
      fc.shuffledSubarray(all, { minLength: all.length }),
      fc.subarray(all),
      fc.subarray(all).map((twice) => [...all, ...twice]),
    );
    const fields = seldom(fc.constant(all), mixed, 50);
    const comma = seldom(fc.constant(","), fc.constantFrom(", ", "\n,"), 100);
    return fc.tuple(fields, comma).map(([these, comma]) => `{${these.map((pair) => pair.join(":")).join(comma)}}`);
  });
const once = (one: fc.Arbitrary<Field>) => one.map((it) => [it]);

const texts = fc.array(spelled, { maxLength: 3 }).map((all) => `[${all.join()}]`);
const region = field("@aws.region", seldom(fc.constantFrom('"eu-west-1"', '"us-east-1"', '""'), anyJson, 20));
const unknown = fc.tuple(
  seldom(spelled, fc.constantFrom('"__proto__"', '"logEvents"', '"owner"'), 10),
  seldom(fc.oneof(spelled, texts), anyJson, 5),
);
const ODD_NUMBERS = ["-1", "-0", "1.5", "1e3", "1.0", "01", "1234567890123456", "9007199254740993", '"1"', "null"];
const timestamp = seldom(fc.nat({ max: 10 ** 15 - 1 }).map(String), fc.constantFrom(...ODD_NUMBERS), 50);

const extractedFields = objectOf([
  sometimes(field("@aws.account", spelled)),
  sometimes(region),
  sometimes(fc.tuple(spelled, spelled)),
]);
const event = objectOf([
  once(field("id", spelled)),
  once(field("timestamp", timestamp)),
  once(field("message", spelled)),
  sometimes(field("extractedFields", seldom(extractedFields, anyJson, 10))),
  seldom(fc.constant<Field[]>([]), once(unknown), 100),
]);
const logEvents = fc.array(seldom(event, anyJson, 100), { maxLength: 4 }).map((all) => `[${all.join()}]`);
const body = objectOf([
  once(field("messageType", seldom(fc.constantFrom('"DATA_MESSAGE"', '"CONTROL_MESSAGE"'), anyJson, 100))),
  once(field("owner", seldom(spelled, anyJson, 100))),
  once(field("logGroup", seldom(spelled, anyJson, 100))),
  once(field("logStream", seldom(spelled, anyJson, 100))),
  once(field("subscriptionFilters", seldom(texts, anyJson, 50))),
  sometimes(region),
  once(field("logEvents", seldom(logEvents, anyJson, 100))),
  sometimes(unknown),
]);

/** White space where JSON allows it; what is no JSON stays as it is. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 1);
  } catch {
    return json;
  }
}
const documents = fc
  .tuple(
    seldom(fc.tuple(body), fc.array(seldom(body, body.map(indented), 8), { minLength: 1, maxLength: 3 }), 3),
    seldom(fc.constant(""), fc.constantFrom("\n", " ", ",", "\ufeff"), 4),
  )
  .map(([bodies, between]) => Buffer.from(bodies.join(between)));

const TOKENS = [
  '"',
  "\\",
  "\\u",
  "\\u00",
  "\\/",
  ",",
  ":",
  "{",
  "}",
  "[",
  "]",
  "\n",
  "\t",
  " ",
  "\0",
  "0",
  "7",
  "-",
  ".",
  "e",
];
const bytes = fc.oneof(
  fc
    .constantFrom(...TOKENS, "é", "😀", "\u2028", '"logEvents":[]', ',"id":"x"', "null")
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ minLength: 1, maxLength: 2 }).map((some) => Buffer.from(some)),
);
interface Mutation {
  readonly kind: "insert" | "replace" | "delete" | "double" | "flip";
  readonly at: number;
  readonly length: number;
  readonly bytes: Buffer;
  readonly bit: number;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom("insert", "replace", "delete", "double", "flip"),
  at: fc.nat(),
  length: fc.integer({ min: 1, max: 12 }),
  bytes,
  bit: fc.nat(7),
});

function mutated(json: Buffer, { kind, at, length, bytes, bit }: Mutation): Buffer {
  const from = at % (json.length + 1);
  const to = Math.min(from + length, json.length);
  const [before, these, after] = [json.subarray(0, from), json.subarray(from, to), json.subarray(to)];
  if (kind === "insert") return Buffer.concat([before, bytes, these, after]);
  if (kind === "replace") return Buffer.concat([before, bytes, after]);
  if (kind === "delete") return Buffer.concat([before, after]);
  if (kind === "double") return Buffer.concat([before, these, these, after]);
  const flipped = Buffer.from(json);
  if (from < json.length) flipped[from] = (json[from] ?? 0) ^ (1 << bit);
  return flipped;
}

/** With events as objects; of a refusal only that it is one, since the two ways need not find the same fault first. */
const told = (found: readonly Delivery[] | string) =>
  typeof found === "string"
    ? "refused"
    : found.map((delivery) => ({ ...delivery, events: plainEvents(delivery.events) }));

/** How many deliveries of random ones went each way, so that no property is true for want of cases. */
const seen = () => ({ scanned: 0, parsed: 0, refused: 0 });

function expectBothToAgree(json: Buffer, counts: ReturnType<typeof seen>) {
  const found = told(readDeliveries(json));
  expect(found).toEqual(told(readWithParser(json)));
  if (found === "refused") counts.refused += 1;
  else if (scan(json, 0)) counts.scanned += 1;
  else counts.parsed += 1;
}

describe("the two ways of reading agree", () => {
  it("on any delivery, whatever its texts, fields, order and white space", () => {
    const counts = seen();
    fc.assert(
      fc.property(documents, (json) => expectBothToAgree(json, counts)),
      { numRuns: 3_000 },
    );
    for (const cases of Object.values(counts)) expect(cases).toBeGreaterThan(100);
  });

  it("on any delivery of which some bytes were changed", () => {
    const counts = seen();
    fc.assert(
      fc.property(documents, fc.array(mutation, { minLength: 1, maxLength: 2 }), (json, mutations) => {
        const changed = mutations.reduce(mutated, json);
        // `read` refuses what is not UTF-8 before either way sees it. Nothing at all is no delivery.
        fc.pre(isUtf8(changed) && changed.length > 0);
        expectBothToAgree(changed, counts);
      }),
      { numRuns: 6_000 },
    );
    for (const cases of Object.values(counts)) expect(cases).toBeGreaterThan(100);
  });

  it("whichever byte of a delivery is changed into whichever", () => {
    const json = Buffer.from(
      '{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","subscriptionFilters":["a","b"],' +
        '"logEvents":[{"id":"1","timestamp":12,"message":"\\u00e9\\n","extractedFields":{"@aws.region":"x"}},' +
        '{"id":"2","timestamp":0,"message":""}]}',
    );
    const counts = seen();
    for (let at = 0; at < json.length; at++) {
      // ASCII: all others make it invalid UTF-8.
      for (let byte = 0; byte < 128; byte++) {
        const changed = Buffer.from(json);
        changed[at] = byte;
        expectBothToAgree(changed, counts);
      }
    }
    for (const cases of Object.values(counts)) expect(cases).toBeGreaterThan(100);
  });

  it("wherever a delivery ends early", () => {
    const json = Buffer.concat([CONTROL, WITH_FIELDS]);
    for (let length = 1; length < json.length; length++) {
      const found = told(readDeliveries(json.subarray(0, length)));
      expect(found).toEqual(told(readWithParser(json.subarray(0, length))));
      expect(found === "refused").toBe(length !== CONTROL.length);
    }
  });
});

describe("CloudWatch's exact shape is scanned", () => {
  const scanned = (json: Buffer, from = 0) => {
    const found = scan(json, from);
    if (!found) throw new Error("not scanned");
    return { ...found, events: plainEvents(found.events) };
  };

  test("events, and all other fields", () => {
    expect(scanned(Buffer.from(PLAIN))).toEqual({
      fields: {
        messageType: "DATA_MESSAGE",
        owner: "123456789123",
        logGroup: "g",
        logStream: "s",
        subscriptionFilters: ["f"],
        logEvents: [],
      },
      events: [
        { id: "1", timestamp: 1_440_442_987_000, message: '[ERROR] "a"\n\tat b' },
        { id: "2", timestamp: 1_440_442_987_001, message: "c" },
      ],
      end: PLAIN.length,
    });
  });

  test("with the system fields of the first event", () => {
    const { events, extractedFields } = scanned(WITH_FIELDS);
    expect(events).toEqual([
      { id: "39", timestamp: 1_795_366_123_000, message: "GET / 200 é" },
      { id: "40", timestamp: 1_795_366_123_001, message: "" },
    ]);
    expect(extractedFields).toEqual({ "@aws.account": "1", "@aws.region": "eu-west-1" });
  });

  test("the message that checks a destination", () => {
    const { fields, events } = scanned(CONTROL);
    expect(fields).toMatchObject({ messageType: "CONTROL_MESSAGE", owner: "CloudwatchLogs", subscriptionFilters: [] });
    const message = "CWL CONTROL MESSAGE: Checking health of destination.";
    expect(events).toEqual([{ id: "", timestamp: 1_510_254_469_274, message }]);
  });

  test("one behind the other", () => {
    const both = Buffer.concat([CONTROL, WITH_FIELDS]);
    expect(scanned(both).end).toBe(CONTROL.length);
    expect(scanned(both, CONTROL.length)).toEqual({ ...scanned(WITH_FIELDS), end: both.length });
  });

  test.each([
    ["no events", EVENTS, ""],
    ["a time of one digit", "1440442987000", "0"],
    ["a time of 15 digits", "1440442987000", "999999999999999"],
    ["empty system fields", '"c"', '"c","extractedFields":{}'],
    ["no filters", '["f"]', "[]"],
    ["a text it does not know", '"owner"', '"policyLevel":"ACCOUNT_LEVEL_POLICY","owner"'],
    ["a list it does not know", '"owner"', '"more":["x",""],"owner"'],
    ["a name said twice", '"owner":"123456789123"', '"owner":"1","owner":"2"'],
    ["fields behind the events", `[${EVENTS}]`, `[${EVENTS}],"@aws.region":"eu-west-1"`],
    ["every escape", '"c"', String.raw`"\"\\\/\b\f\n\r\t\u00e9\uD83D\u0000"`],
    ["other scripts", '"c"', '"é日😀\u2028\u007f"'],
  ])("with %s", (_what, from, to) => {
    const json = plainWith(from, to);
    expect(scanned(json).end).toBe(json.length);
    expect(told(readDeliveries(json))).toEqual(told(readWithParser(json)));
    expect(told(readDeliveries(json))).not.toBe("refused");
  });
});

describe("any other shape is left to the parser", () => {
  test.each([
    ["white space in front", "{", " {"],
    ["white space between fields", ',"owner"', ', "owner"'],
    ["white space behind a colon", '"owner":', '"owner": '],
    ["white space in an event", '"timestamp":', '"timestamp": '],
    ["white space between events", '},{"id"', '}, {"id"'],
    ["a line's end in front of the last brace", "]}", "]\n}"],
    [
      "an event's fields in another order",
      '{"id":"2","timestamp":1440442987001',
      '{"timestamp":1440442987001,"id":"2"',
    ],
    ["an event's field said twice", '"message":"c"', '"message":"b","message":"c"'],
    ["an event's field it does not know", '"message":"c"', '"message":"c","next":"d"'],
    ["events said twice", '"logEvents":', '"logEvents":[],"logEvents":'],
    ["events said twice, once with an escape", '"logEvents":', String.raw`"log\u0045vents":[],"logEvents":`],
    ["a name with an escape", '"owner"', String.raw`"\u006fwner"`],
    ["an event's name with an escape", '"message":"c"', String.raw`"messag\u0065":"c"`],
    ["a negative time", "1440442987000", "-1"],
    ["a time with a fraction", "1440442987000", "1.0"],
    ["a time with an exponent", "1440442987000", "1e3"],
    ["a time of 16 digits", "1440442987000", "1440442987000000"],
    ["a field that is a number", '"owner"', '"policyVersion":1,"owner"'],
    ["a field that is null", '"owner"', '"policy":null,"owner"'],
    ["a field that is an object", '"owner"', '"policy":{},"owner"'],
    ["a list in which not all are texts", '["f"]', '["f",1]'],
    ["system fields that are null", '"message":"c"', '"message":"c","extractedFields":null'],
    ["a system field that is a number", '"message":"c"', '"message":"c","extractedFields":{"a":1}'],
  ])("%s", (_what, from, to) => {
    const json = plainWith(from, to);
    expect(scan(json, 0)).toBeUndefined();
    expect(told(readDeliveries(json))).not.toBe("refused");
  });

  test.each([
    ["events that are null", `[${EVENTS}]`, "null"],
    ["an event that is a text", EVENTS, '"x"'],
    ["a time that no number can hold exactly", "1440442987000", "9007199254740993"],
    ["no events at all", `,"logEvents":[${EVENTS}]`, ""],
    ["a time with a zero in front", "1440442987000", "01"],
    ["a time without digits", "1440442987000", ""],
    ["a control character in a message", '"c"', '"\n"'],
    ["a control character in a name", '"owner"', '"own\ter"'],
    ["a NUL in a field", '"g"', '"\0"'],
    ["an escape there is not", '"c"', String.raw`"\x41"`],
    ["an escape with three digits", '"c"', String.raw`"\u00e"`],
    ["an escape with other letters", '"c"', String.raw`"\u00eg"`],
    ["an escape with a capital U", '"c"', String.raw`"\U00e9"`],
    ["an escaped quote at the end", '"c"', String.raw`"\"`],
    ["a comma too many between fields", ',"owner"', ',,"owner"'],
    ["a comma too many at the end", "]}", "],}"],
    ["a comma too many among filters", '["f"]', '["f",]'],
    ["a comma too many among events", "}]}", "},]}"],
    ["no comma between events", '},{"id"', '}{"id"'],
  ])("and refused by it: %s", (_what, from, to) => {
    const json = plainWith(from, to);
    expect(scan(json, 0)).toBeUndefined();
    expect(told(readDeliveries(json))).toBe("refused");
  });
});

describe("what is packed of an event's own bytes", () => {
  const once = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
  const exactEvent = fc
    .tuple(
      spelled,
      fc.nat({ max: 10 ** 15 - 1 }),
      spelled,
      seldom(fc.constant(""), fc.constant('{"@aws.region":"x"}'), 3),
    )
    .map(([id, time, message, extracted]) => {
      const fields = extracted && `,"extractedFields":${extracted}`;
      return `{"id":${id},"timestamp":${time},"message":${message}${fields}}`;
    });
  const change = fc.record({
    message: once(anyText()),
    sampleRate: once(fc.double({ min: 0, max: 1, noNaN: true })),
    redatedTo: once(fc.nat()),
  });

  it("says the same as the parsed event would", () => {
    const { attributes } = entry("");
    const entriesOf = (found: readonly Delivery[] | string, changes: readonly Partial<LogEntry>[]): LogEntry[] => {
      if (typeof found === "string") throw new Error(found);
      const all = found.flatMap(({ events }) => [...eventsOf(events)]);
      return all.map((event, item) => ({ event, attributes, item, ...changes[item] }));
    };
    const sent = (entries: readonly LogEntry[]) =>
      [...pack(entries, compress, entries.length)].flatMap(({ body }) => JSON.parse(gunzipSync(body).toString()));
    fc.assert(
      fc.property(fc.array(fc.tuple(exactEvent, change), { maxLength: 8 }), (given) => {
        const json = plainWith(EVENTS, given.map(([event]) => event).join());
        const changes = given.map(([, changed]) => changed);
        expect(scan(json, 0)).toBeDefined();
        const asBytes = entriesOf(readDeliveries(json), changes);
        const asObjects = entriesOf(readWithParser(json), changes);
        expect(asBytes).toHaveLength(given.length);
        expect(sent(asBytes)).toEqual(asObjects.map(onTheWire));
        expect(sent(asObjects)).toEqual(asBytes.map(onTheWire));
      }),
      { numRuns: 500 },
    );
  });

  it("is copied, not written anew: its sender's escapes stay", () => {
    const event = String.raw`{"id":"\u0031","timestamp":7,"message":"a\/b \u00e9 \u0041"`;
    const found = readDeliveries(plainWith(EVENTS, `${event}}`));
    if (typeof found === "string") throw new Error(found);
    const entries = found.flatMap(({ events }) => [...eventsOf(events)].map((its) => ({ ...entry(""), event: its })));
    const [payload] = pack(entries, compress, 1);
    expect(gunzipSync(payload?.body ?? "").toString()).toContain(`[${event},`);
  });
});

test("thousands of small deliveries behind one another take memory by their size, not by its square", () => {
  const deliveries = readDeliveries(Buffer.from(PLAIN.repeat(2_000)));
  if (typeof deliveries === "string") throw new Error(deliveries);
  const bytes = deliveries.reduce((sum, { events }) => sum + events.positions.byteLength, 0);
  expect(deliveries).toHaveLength(2_000);
  expect(bytes).toBeLessThan(2 * PLAIN.length * 2_000);
});
