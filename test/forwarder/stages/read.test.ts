import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { read } from "../../../functions/forwarder/stages/read.ts";
import { deliveryOf, events, plainEvents, STREAM } from "../../support/deliveries.ts";
import { anyText } from "../../support/texts.ts";

const MAX_BYTES = 8 * 1024 * 1024;
const SECRET = "hunter2";

const base64 = (compressed: Uint8Array) => Buffer.from(compressed).toString("base64");
const gzipped = (body: unknown) => base64(gzipSync(JSON.stringify(body)));
const sent = (messages: readonly string[]) => deliveryOf(messages).awslogs.data;

const BODY = {
  messageType: "DATA_MESSAGE",
  owner: STREAM.account,
  logGroup: STREAM.logGroup,
  logStream: STREAM.logStream,
  subscriptionFilters: ["sidecarless"],
  logEvents: [{ id: "e0", timestamp: 1, message: SECRET }],
};

/** With events as objects. */
function deliveriesFrom(data: string) {
  const found = read(data, "awslogs.data", MAX_BYTES);
  if (found.status === "unreadable") throw new Error(found.reason);
  return found.deliveries.map((delivery) => ({ ...delivery, events: plainEvents(delivery.events) }));
}
function deliveryFrom(data: string) {
  const [delivery, ...others] = deliveriesFrom(data);
  if (!delivery || others.length > 0) throw new Error("not one delivery");
  return delivery;
}
const messagesFrom = (data: string) => deliveryFrom(data).events.map(({ message }) => message);

function reasonFor(data: string, maxBytes = MAX_BYTES, field = "awslogs.data") {
  const found = read(data, field, maxBytes);
  return found.status === "unreadable" ? found.reason : "read";
}

describe("what CloudWatch sends", () => {
  it("gives back any message as it was", () => {
    fc.assert(
      fc.property(fc.array(anyText()), (messages) => {
        expect(messagesFrom(sent(messages))).toEqual(messages);
      }),
    );
  });

  it.each([16, 64, 1_024])("keeps characters whole wherever a chunk of %i KiB may end", (kib) => {
    for (const offset of [0, 1, 2, 3]) {
      const message = "x".repeat(offset) + "😀".repeat((kib * 1_024) / 4 + 4);
      expect(messagesFrom(sent([message]))[0] === message, `offset ${offset}`).toBe(true);
    }
  });

  it("tells names, filters, ids, times and sizes", () => {
    const raw = Buffer.from(JSON.stringify(BODY));
    const compressed = gzipSync(raw);
    expect(read(base64(compressed), "awslogs.data", MAX_BYTES)).toMatchObject({
      status: "read",
      bytes: { compressed: compressed.length, raw: raw.length },
    });
    expect(deliveriesFrom(base64(compressed))).toStrictEqual([
      {
        kind: "data",
        ...STREAM,
        subscriptionFilters: ["sidecarless"],
        events: [{ id: "e0", timestamp: 1, message: SECRET }],
      },
    ]);
  });

  it("marks CloudWatch's test message as control", () => {
    expect(deliveryFrom(gzipped({ ...BODY, messageType: "CONTROL_MESSAGE" })).kind).toBe("control");
  });

  it("takes account and region from the system fields of the events, or else of the delivery", () => {
    const extractedFields = { "@aws.account": "999900001111", "@aws.region": "us-east-1" };
    const logEvents = events(["a", "b"]).map((event) => ({ ...event, extractedFields }));
    const elsewhere = { account: STREAM.account, sourceAccount: "999900001111", region: "us-east-1" };
    expect(deliveryFrom(gzipped({ ...BODY, logEvents }))).toMatchObject(elsewhere);
    expect(deliveryFrom(gzipped({ ...BODY, ...extractedFields }))).toMatchObject(elsewhere);
    for (const name of ["region", "sourceAccount"]) expect(deliveryFrom(gzipped(BODY))).not.toHaveProperty(name);
  });

  it("passes over fields it does not know", () => {
    const logEvents = [{ ...BODY.logEvents[0], extractedFields: null, next: [1] }];
    expect(messagesFrom(gzipped({ ...BODY, logEvents, policyLevel: "ACCOUNT_LEVEL_POLICY" }))).toEqual([SECRET]);
    expect(deliveryFrom(gzipped({ ...BODY, subscriptionFilters: undefined })).subscriptionFilters).toEqual([]);
  });

  it("reads several gzip members as one text", () => {
    const raw = Buffer.from(JSON.stringify({ ...BODY, logEvents: events(["tail 😀", "head"]) }));
    for (const cut of [1, raw.indexOf("😀") + 2, raw.length - 1]) {
      const members = [raw.subarray(0, cut), raw.subarray(cut)].map((part) => gzipSync(part));
      expect(messagesFrom(base64(Buffer.concat(members)))).toEqual(["tail 😀", "head"]);
    }
  });

  it("reads several deliveries one behind the other, with or without lines' ends between them", () => {
    const bodies = ["a", "b", "c"].map((logStream) => ({ ...BODY, logStream }));
    for (const between of ["", "\n", " \r\n\t"]) {
      const data = base64(gzipSync(bodies.map((body) => JSON.stringify(body)).join(between)));
      expect(deliveriesFrom(data)).toEqual(bodies.map((body) => deliveryFrom(gzipped(body))));
    }
  });

  it("leaves messages alone that are JSON themselves", () => {
    const messages = [
      '{"ddtags":"env:other","ddsource":"x","message":"y","m":1,"v":2,"e":3,"t":4}',
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}',
      '[{"awslogs":{"data":""}}]',
    ];
    expect(messagesFrom(sent(messages))).toEqual(messages);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("what can't be read", () => {
  const data = gzipped(BODY);
  const json = JSON.stringify(BODY);
  it.each([
    ["text that is not base64", json, "awslogs.data is not base64"],
    ["a foreign character in base64", `${data.slice(0, 9)}!${data.slice(10)}`, "not base64"],
    ["an empty text", "", "awslogs.data is not gzip"],
    ["base64 that ends early", data.slice(0, data.length / 2), "awslogs.data is not gzip"],
    ["bytes that are not gzip", base64(Buffer.from(json)), "awslogs.data is not gzip"],
    ["JSON that ends early", base64(gzipSync(json.slice(0, -3))), "not JSON"],
    ["text that is not JSON", base64(gzipSync(SECRET)), "not JSON"],
    ["nothing", base64(gzipSync("")), "not JSON"],
    ["white space alone", base64(gzipSync(" \n")), "not JSON"],
    ["a space that JSON does not know", base64(gzipSync(`${json}\u00a0`)), "not JSON"],
    ["bytes that are not UTF-8", base64(gzipSync(Buffer.from(json.replace("hunter2", "é"), "latin1"))), "not UTF-8"],
    ["half a pair in UTF-8", base64(gzipSync(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))), "not UTF-8"],
  ])("gives a reason for %s, without the content", (_what, sent, reason) => {
    expect(reasonFor(sent)).toContain(reason);
    expect(reasonFor(sent)).not.toContain(SECRET);
  });

  it("names the field that the data came in", () => {
    expect(reasonFor("", MAX_BYTES, "kinesis.data")).toBe("kinesis.data is not gzip");
    expect(reasonFor("?!?!", MAX_BYTES, "kinesis.data")).toBe("kinesis.data is not base64");
  });

  it.each([
    ["one of which ends early", json + json.slice(0, -3), "not JSON"],
    ["with text between them", `${json},${json}`, "not JSON"],
    ["with text behind them", `${json}${json}${SECRET}`, "not JSON"],
    ["one of which is a list", `${json}[]`, "unknown messageType"],
    ["one of which has the wrong shape", json + JSON.stringify({ ...BODY, owner: 1 }), "owner is not a string"],
  ])("takes none of several deliveries %s", (_what, text, reason) => {
    expect(reasonFor(base64(gzipSync(text)))).toBe(reason);
  });

  const event = BODY.logEvents[0];
  it.each([
    ["a list", [BODY], "unknown messageType"],
    ["a string", SECRET, "not an object"],
    ["null", null, "not an object"],
    ["messageType", { ...BODY, messageType: SECRET }, "unknown messageType"],
    ["owner", { ...BODY, owner: { SECRET } }, "owner is not a string"],
    ["logGroup", { ...BODY, logGroup: [SECRET] }, "logGroup is not a string"],
    ["logStream", { ...BODY, logStream: undefined }, "logStream is not a string"],
    ["logEvents", { ...BODY, logEvents: { SECRET } }, "logEvents is not an array"],
    ["an event", { ...BODY, logEvents: [event, SECRET] }, "logEvents[1] lacks"],
    ["an event's id", { ...BODY, logEvents: [{ ...event, id: 7 }] }, "logEvents[0] lacks"],
    ["an event's time", { ...BODY, logEvents: [{ ...event, timestamp: "7" }] }, "logEvents[0] lacks"],
    ["an event's message", { ...BODY, logEvents: [{ ...event, message: { SECRET } }] }, "logEvents[0] lacks"],
  ])("names what has the wrong shape, without the content: %s", (_what, body, reason) => {
    expect(reasonFor(gzipped(body))).toContain(reason);
    expect(reasonFor(gzipped(body))).not.toContain(SECRET);
  });

  it("refuses what would grow over the cap, and takes what just fits", () => {
    const size = JSON.stringify(BODY).length;
    expect(reasonFor(gzipped(BODY), size)).toBe("read");
    expect(reasonFor(gzipped(BODY), size - 1)).toBe(`larger than ${size - 1} bytes when decompressed`);
    const half = gzipSync("x".repeat(1_000));
    expect(reasonFor(base64(Buffer.concat([half, half])), 1_500)).toContain("larger than 1500 bytes");
  });

  it("takes no gzip that was cut short anywhere", () => {
    const whole = gzipSync(JSON.stringify(BODY));
    for (let length = 0; length < whole.length; length++) {
      expect(reasonFor(base64(whole.subarray(0, length)))).toBe("awslogs.data is not gzip");
    }
  });

  it("never takes a damaged delivery for another one", () => {
    const whole = gzipSync(JSON.stringify(BODY));
    const intact = deliveryFrom(base64(whole));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const damaged = Buffer.from(whole);
        damaged[position] = (damaged[position] ?? 0) ^ flip;
        if (reasonFor(base64(damaged)) === "read") expect(deliveriesFrom(base64(damaged))).toEqual([intact]);
      }),
    );
  });

  it("never throws, whatever JSON comes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(reasonFor(JSON.stringify(value))).not.toBe("read");
        expect(reasonFor(gzipped(value))).not.toBe("read");
        expect(reasonFor(gzipped({ ...BODY, logEvents: [value] }))).toContain("logEvents[0]");
      }),
    );
  });
});
