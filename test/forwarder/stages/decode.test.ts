import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "../../../functions/forwarder/stages/decode.ts";
import { deliveryOf, events, STREAM } from "../../support/deliveries.ts";
import { anyText } from "../../support/texts.ts";

const MAX_BYTES = 8 * 1024 * 1024;
const SECRET = "hunter2";

const asEvent = (compressed: Uint8Array) => ({ awslogs: { data: Buffer.from(compressed).toString("base64") } });
const gzipped = (body: unknown) => asEvent(gzipSync(JSON.stringify(body)));

const BODY = {
  messageType: "DATA_MESSAGE",
  owner: STREAM.account,
  logGroup: STREAM.logGroup,
  logStream: STREAM.logStream,
  subscriptionFilters: ["sidecarless"],
  logEvents: [{ id: "e0", timestamp: 1, message: SECRET }],
};

function deliveryFrom(event: unknown) {
  const decoded = decode(event, MAX_BYTES);
  if (decoded.status === "unreadable") throw new Error(decoded.reason);
  return decoded.delivery;
}
const messagesFrom = (event: unknown) => deliveryFrom(event).events.map(({ message }) => message);

function reasonFor(event: unknown, maxBytes = MAX_BYTES) {
  const decoded = decode(event, maxBytes);
  return decoded.status === "unreadable" ? decoded.reason : "decoded";
}

describe("what CloudWatch sends", () => {
  it("gives back any message as it was", () => {
    fc.assert(
      fc.property(fc.array(anyText()), (messages) => {
        expect(messagesFrom(deliveryOf(messages))).toEqual(messages);
      }),
    );
  });

  it.each([16, 64, 1_024])("keeps characters whole wherever a chunk of %i KiB may end", (kib) => {
    for (const offset of [0, 1, 2, 3]) {
      const message = "x".repeat(offset) + "😀".repeat((kib * 1_024) / 4 + 4);
      expect(messagesFrom(deliveryOf([message]))[0] === message, `offset ${offset}`).toBe(true);
    }
  });

  it("tells names, filters, ids, times and sizes", () => {
    const raw = Buffer.from(JSON.stringify(BODY));
    const compressed = gzipSync(raw);
    expect(decode(asEvent(compressed), MAX_BYTES)).toStrictEqual({
      status: "decoded",
      delivery: {
        kind: "data",
        ...STREAM,
        subscriptionFilters: ["sidecarless"],
        events: [{ id: "e0", timestamp: 1, message: SECRET }],
      },
      bytes: { compressed: compressed.length, raw: raw.length },
    });
  });

  it("marks CloudWatch's test message as control", () => {
    expect(deliveryFrom(gzipped({ ...BODY, messageType: "CONTROL_MESSAGE" })).kind).toBe("control");
  });

  it("takes the region from the system fields of the events, or else of the delivery", () => {
    const extractedFields = { "@aws.account": STREAM.account, "@aws.region": "eu-west-1" };
    const logEvents = events(["a", "b"]).map((event) => ({ ...event, extractedFields }));
    expect(deliveryFrom(gzipped({ ...BODY, logEvents })).region).toBe("eu-west-1");
    expect(deliveryFrom(gzipped({ ...BODY, "@aws.region": "us-east-1" })).region).toBe("us-east-1");
    expect(deliveryFrom(gzipped(BODY))).not.toHaveProperty("region");
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
      expect(messagesFrom(asEvent(Buffer.concat(members)))).toEqual(["tail 😀", "head"]);
    }
  });

  it("leaves messages alone that are JSON themselves", () => {
    const messages = [
      '{"ddtags":"env:other","ddsource":"x","message":"y","m":1,"v":2,"e":3,"t":4}',
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}',
      '[{"awslogs":{"data":""}}]',
    ];
    expect(messagesFrom(deliveryOf(messages))).toEqual(messages);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("what can't be read", () => {
  it.each([
    [{}],
    [null],
    [undefined],
    [[]],
    ["awslogs"],
    [{ awslogs: null }],
    [{ awslogs: { data: 1 } }],
    [{ Records: [] }],
  ])("says that %j is no CloudWatch Logs event", (event) => {
    expect(reasonFor(event)).toBe("not a CloudWatch Logs event: no awslogs.data");
  });

  const { data } = gzipped(BODY).awslogs;
  const json = JSON.stringify(BODY);
  it.each([
    ["text that is not base64", { awslogs: { data: json } }, "awslogs.data is not base64"],
    ["a foreign character in base64", { awslogs: { data: `${data.slice(0, 9)}!${data.slice(10)}` } }, "not base64"],
    ["an empty text", { awslogs: { data: "" } }, "awslogs.data is not gzip"],
    ["base64 that ends early", { awslogs: { data: data.slice(0, data.length / 2) } }, "awslogs.data is not gzip"],
    ["bytes that are not gzip", asEvent(Buffer.from(json)), "awslogs.data is not gzip"],
    ["JSON that ends early", asEvent(gzipSync(json.slice(0, -3))), "not JSON"],
    ["text that is not JSON", asEvent(gzipSync(SECRET)), "not JSON"],
    ["bytes that are not UTF-8", asEvent(gzipSync(Buffer.from(json.replace("hunter2", "é"), "latin1"))), "not UTF-8"],
    ["half a pair in UTF-8", asEvent(gzipSync(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))), "not UTF-8"],
  ])("gives a reason for %s, without the content", (_what, event, reason) => {
    expect(reasonFor(event)).toContain(reason);
    expect(reasonFor(event)).not.toContain(SECRET);
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
    expect(reasonFor(gzipped(BODY), size)).toBe("decoded");
    expect(reasonFor(gzipped(BODY), size - 1)).toBe(`larger than ${size - 1} bytes when decompressed`);
    const half = gzipSync("x".repeat(1_000));
    expect(reasonFor(asEvent(Buffer.concat([half, half])), 1_500)).toContain("larger than 1500 bytes");
  });

  it("takes no gzip that was cut short anywhere", () => {
    const whole = gzipSync(JSON.stringify(BODY));
    for (let length = 0; length < whole.length; length++) {
      expect(reasonFor(asEvent(whole.subarray(0, length)))).toBe("awslogs.data is not gzip");
    }
  });

  it("never takes a damaged delivery for another one", () => {
    const whole = gzipSync(JSON.stringify(BODY));
    const intact = deliveryFrom(asEvent(whole));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const damaged = Buffer.from(whole);
        damaged[position] = (damaged[position] ?? 0) ^ flip;
        const decoded = decode(asEvent(damaged), MAX_BYTES);
        if (decoded.status === "decoded") expect(decoded.delivery).toEqual(intact);
      }),
    );
  });

  it("never throws, whatever JSON comes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(reasonFor(value)).not.toBe("decoded");
        expect(reasonFor(gzipped(value))).not.toBe("decoded");
        expect(reasonFor(gzipped({ ...BODY, logEvents: [value] }))).toContain("logEvents[0]");
      }),
    );
  });
});
