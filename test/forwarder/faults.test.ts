import { createServer } from "node:net";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Forwarded, forward } from "../../functions/forwarder/forward.ts";
import type { Fault, FaultPlan } from "../../functions/recorder/faults.ts";
import { accountingGap } from "../../functions/records/fates.ts";
import { subscriptionEvent } from "../../tools/cloudwatch.ts";
import { AWS_CREDENTIALS, type Bucket, type SecretServer, startBucket, startSecrets } from "../support/aws.ts";
import { deliveryOf, INVOCATION, lines, STREAM } from "../support/deliveries.ts";
import { API_KEY, forwarderOf, type Intake, quickClock, startIntake } from "../support/forwarder.ts";

let bucket: Bucket;
let intake: Intake;
let secrets: SecretServer;

beforeAll(async () => {
  bucket = await startBucket();
  secrets = await startSecrets("dd-key", API_KEY);
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", bucket.endpoint);
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.endpoint);
  vi.stubEnv("AWS_ENDPOINT_URL_SSM", secrets.endpoint);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await bucket.stop();
  await secrets.stop();
});
beforeEach(async () => {
  intake = await startIntake();
});
afterEach(() => intake.server.stop());

interface Case {
  /** How the intake behaves. */
  readonly plan?: FaultPlan;
  /** Settings besides those that lead to intake and store. */
  readonly settings?: Record<string, string>;
  readonly messages?: readonly string[];
  /** Milliseconds the invocation has. */
  readonly leftMs?: number;
}

/** Forwards one delivery, and holds the promise against what the intake and the store have in the end. */
async function run({ plan, settings = {}, messages = lines(20), leftMs = 60_000 }: Case): Promise<Forwarded> {
  intake.recorder.setFaults(plan);
  bucket.clear();
  const forwarder = forwarderOf({ ...environment(), ...settings });
  const forwarded = await forward(
    deliveryOf(messages),
    { ...INVOCATION, deadlineMs: performance.now() + leftMs },
    forwarder,
  );

  const { report, failure } = forwarded;
  expect(report.received).toBe(messages.length);
  expect(accountingGap(report)).toBe(0);
  expect(failure !== undefined).toBe(report.returned > 0);
  const undelivered = await bucket.ids("undelivered/");
  const rejected = await bucket.ids("rejected/");
  expect([undelivered.length, rejected.length]).toEqual([report.undelivered, report.rejected]);
  if (report.returned === 0) {
    const arrived = intake.recorder.entries().map(({ id }) => String(id));
    expect(new Set([...arrived, ...undelivered, ...rejected])).toEqual(new Set(messages.map((_, i) => `e${i}`)));
  }
  return forwarded;
}

/** Settings that lead to the intake and the store of these tests. */
const environment = () => ({
  ...intake.environment,
  DD_S3_BUCKET_NAME: bucket.name,
  AWS_ENDPOINT_URL_S3: bucket.endpoint,
});

const status = (code: number, retryAfter?: string): Fault => ({
  kind: "status",
  status: code,
  ...(retryAfter !== undefined && { retryAfter }),
});

describe("an intake that answers", () => {
  test.each([
    [200, "delivered"],
    [202, "delivered"],
    [204, "delivered"],
    [301, "rejected"],
    [400, "rejected"],
    [401, "undelivered"],
    [403, "undelivered"],
    [404, "rejected"],
    [408, "undelivered"],
    [413, "rejected"],
    [422, "rejected"],
    [429, "undelivered"],
    [500, "undelivered"],
    [502, "undelivered"],
    [503, "undelivered"],
    [504, "undelivered"],
  ] as const)("%i to everything: all %s", async (code, where) => {
    // A 2xx that is a fault is not recorded: only the report tells of it.
    if (code < 300) {
      intake.recorder.setFaults({ always: status(code) });
      const forwarder = forwarderOf(intake.environment);
      const { report } = await forward(
        deliveryOf(lines(20)),
        { ...INVOCATION, deadlineMs: performance.now() + 9_000 },
        forwarder,
      );
      expect(report.delivered).toBe(20);
      return;
    }
    const { report } = await run({ plan: { always: status(code) } });
    expect(report[where]).toBe(20);
    expect(report.reasons).toEqual({ [`http ${code}`]: 20 });
  });

  test("503 twice and then 202 delivers with three requests", async () => {
    const { report } = await run({ plan: { sequence: [status(503), status(503)] } });
    expect(report).toMatchObject({ delivered: 20, requests: 3, reasons: {} });
  });

  test.each([
    ["seconds", "2"],
    ["a date", new Date(Date.now() + 2_000).toUTCString()],
  ])("429 with Retry-After as %s is waited for", async (_form, retryAfter) => {
    const { report } = await run({ plan: { sequence: [status(429, retryAfter)] } });
    expect(report).toMatchObject({ delivered: 20, requests: 2 });
  });

  test("a Retry-After beyond the deadline is not waited for: the store has it at once", async () => {
    const { report } = await run({ plan: { always: status(429, "3600") } });
    expect(report).toMatchObject({ undelivered: 20, requests: 1 });
  });

  test("413 to more than five entries: halved until it fits, in order", async () => {
    await intake.server.stop();
    intake = await startIntake({ limits: { maxEntries: 5, maxBytes: 5_000_000 } });
    const { report } = await run({ messages: lines(33) });
    expect(report).toMatchObject({ delivered: 33, notes: { "payload halved": expect.any(Number) } });
    const order = intake.recorder.entries().map(({ timestamp }) => Number(timestamp));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test("too late: a slow answer counts as no answer", async () => {
    const { report } = await run({
      plan: { always: { kind: "hang" } },
      settings: { SIDECARLESS_REQUEST_TIMEOUT_MS: "100" },
    });
    expect(report).toMatchObject({ undelivered: 20, reasons: { timeout: 20 } });
  });

  test("accepted but the answer is lost: delivered, one duplicate each, counted by the intake", async () => {
    const { report } = await run({ plan: { sequence: [{ kind: "lostAnswer" }] } });
    expect(report).toMatchObject({ delivered: 20, requests: 2 });
    expect(intake.recorder.summary()).toMatchObject({ entries: 40, duplicates: 20 });
  });
});

describe("an intake that calls everything too large", () => {
  test("leaves one object for each payload in the store, not one for each entry", async () => {
    const { report } = await run({ plan: { always: status(413) }, messages: lines(300, 20) });
    expect(report).toMatchObject({ rejected: 300, requests: 599 });
    expect(await bucket.keys("rejected/")).toHaveLength(1);
  });

  test("does not keep an invocation beyond its end", async () => {
    const { report } = await run({ plan: { always: status(413) }, messages: lines(3_000, 20), leftMs: 3_000 });
    expect(report).toMatchObject({ returned: 0 });
    expect(report.rejected + report.undelivered).toBe(3_000);
  });
});

describe("an intake that can't be reached", () => {
  test("connection refused", async () => {
    const closed = await startIntake();
    await closed.server.stop();
    const { report } = await run({ settings: { DD_PORT: String(closed.server.port) } });
    expect(report).toMatchObject({ undelivered: 20, reasons: { "connection ECONNREFUSED": 20 } });
  });

  test("connection reset while the body is on its way, once: sent again", async () => {
    const { report } = await run({ plan: { sequence: [{ kind: "reset" }] } });
    expect(report).toMatchObject({ delivered: 20, requests: 2 });
  });

  test("connection reset every time", async () => {
    const { report } = await run({ plan: { always: { kind: "reset" } } });
    expect(report).toMatchObject({ undelivered: 20 });
  });

  test("no TLS on the other side", async () => {
    const { report } = await run({ settings: { DD_NO_SSL: "false" } });
    expect(report.undelivered).toBe(20);
    expect(Object.keys(report.reasons)).toEqual([expect.stringMatching(/^connection E/)]);
  });

  test("a name that does not resolve", async () => {
    const { report } = await run({ settings: { DD_URL: "nowhere.invalid" } });
    expect(report.undelivered).toBe(20);
    expect(Object.keys(report.reasons)).toEqual([expect.stringMatching(/^connection (ENOTFOUND|EAI_AGAIN)$/)]);
  });

  test("a kept-alive connection that died meanwhile is no failure", async () => {
    // Takes one request on each connection, and resets it when the next one comes.
    const served = new WeakSet<object>();
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", () => {
        if (served.has(socket)) socket.resetAndDestroy();
        else {
          served.add(socket);
          socket.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const forwarder = forwarderOf({ ...intake.environment, DD_PORT: String(port) });
    const invocation = { ...INVOCATION, deadlineMs: performance.now() + 60_000 };
    const first = await forward(deliveryOf(["one"]), invocation, forwarder);
    const second = await forward(deliveryOf(["two"]), invocation, forwarder);
    server.close();
    expect(first.report).toMatchObject({ delivered: 1, requests: 1, notes: {} });
    expect(second.report).toMatchObject({ delivered: 1, requests: 2, notes: { "stale connection": 1 } });
  });
});

describe("the API key", () => {
  const fromSecret = { DD_API_KEY_SECRET_ARN: "dd-key" };
  afterEach(() => {
    secrets.secret = API_KEY;
    secrets.throttled = 0;
  });

  test("rotated while the sandbox is warm: the refused payload is sent again with the new key", async () => {
    let skewMs = 0;
    const clock = { ...quickClock, now: () => Date.now() + skewMs };
    const forwarder = forwarderOf({ ...intake.environment, ...fromSecret }, clock);
    const invocation = { ...INVOCATION, deadlineMs: performance.now() + 120_000 };
    await forward(deliveryOf(["one"]), invocation, forwarder);
    intake.recorder.setApiKey("the-next-key");
    secrets.secret = "the-next-key";
    skewMs = 60_000;
    const { report } = await forward(deliveryOf(["two"]), invocation, forwarder);
    expect(report).toMatchObject({ delivered: 1, requests: 2, notes: { "new key read": 1 } });
  });

  test("the old one is used while it can't be read again", async () => {
    let skewMs = 0;
    const clock = { ...quickClock, now: () => Date.now() + skewMs };
    const forwarder = forwarderOf({ ...intake.environment, ...fromSecret }, clock);
    const invocation = { ...INVOCATION, deadlineMs: performance.now() + 900_000 };
    await forward(deliveryOf(["one"]), invocation, forwarder);
    secrets.secret = undefined;
    skewMs = 600_000;
    const { report } = await forward(deliveryOf(["two"]), invocation, forwarder);
    expect(report).toMatchObject({
      delivered: 1,
      notes: { "old key used: api key ResourceNotFoundException": 1 },
    });
  });

  test("wrong in the secret: stored as undelivered, since a person can mend it", async () => {
    secrets.secret = "wrong";
    const { report } = await run({ settings: fromSecret });
    expect(report).toMatchObject({ undelivered: 20, reasons: { "http 403": 20 } });
  });

  test("no such secret", async () => {
    secrets.secret = undefined;
    const { report } = await run({ settings: fromSecret });
    expect(report).toMatchObject({
      undelivered: 20,
      requests: 0,
      reasons: { "api key ResourceNotFoundException": 20 },
    });
  });

  test("Secrets Manager never answers: the old key is used, and the secret is asked again later", async () => {
    let skewMs = 0;
    const clock = { ...quickClock, now: () => Date.now() + skewMs };
    const forwarder = forwarderOf({ ...intake.environment, ...fromSecret }, clock);
    const invocation = { ...INVOCATION, deadlineMs: performance.now() + 3_600_000 };
    await forward(deliveryOf(["one"]), invocation, forwarder);
    secrets.unanswered = 2;
    skewMs = 600_000;
    const { report } = await forward(deliveryOf(["two"]), invocation, forwarder);
    expect(report).toMatchObject({ delivered: 1, notes: { "old key used: api key TimeoutError": 1 } });
    const asked = secrets.requests;
    skewMs = 1_200_000;
    const { report: later } = await forward(deliveryOf(["three"]), invocation, forwarder);
    expect(later).toMatchObject({ delivered: 1, notes: {} });
    expect(secrets.requests).toBe(asked + 1);
  });

  test("Secrets Manager throttles for a while", async () => {
    secrets.throttled = 3;
    const { report } = await run({ settings: fromSecret });
    expect(report).toMatchObject({ delivered: 20 });
  });

  test("Secrets Manager throttles throughout", async () => {
    secrets.throttled = 1_000;
    const { report } = await run({ settings: fromSecret });
    expect(report).toMatchObject({ undelivered: 20, reasons: { "api key ThrottlingException": 20 } });
  });

  test("from SSM Parameter Store", async () => {
    const { report } = await run({ settings: { DD_API_KEY_SSM_NAME: "dd-key" } });
    expect(report).toMatchObject({ delivered: 20 });
  });
});

describe("the store", () => {
  const down = { always: status(503) } as const;

  test("refuses too: the invocation fails, and nothing counts as stored", async () => {
    const { report, failure } = await run({ plan: down, settings: { DD_S3_BUCKET_NAME: "no-such-bucket" } });
    expect(report).toMatchObject({ returned: 20, reasons: { "http 503": 20, "s3 NoSuchBucket": 20 } });
    expect(failure?.message).toMatch(
      /^20 log events were neither delivered \(http 503\) nor stored; .* no-such-bucket /,
    );
  });

  test("is not set: the invocation fails and says which setting", async () => {
    const { failure } = await run({ plan: down, settings: { DD_S3_BUCKET_NAME: "" } });
    expect(failure?.message).toContain("DD_S3_BUCKET_NAME");
  });

  test("is written over when Lambda tries the same invocation again: nothing is stored twice", async () => {
    bucket.clear();
    intake.recorder.setFaults(down);
    const event = deliveryOf(lines(1_500));
    // Two payloads, of which now the one and now the other is given up first.
    for (let attempt = 0; attempt < 6; attempt++) {
      await forward(event, { ...INVOCATION, deadlineMs: performance.now() + 60_000 }, forwarderOf(environment()));
    }
    expect(await bucket.keys("undelivered/")).toHaveLength(1);
  });

  test("keeps the body as it would be sent, with reason, counts and times", async () => {
    await run({ plan: { always: status(400) }, messages: ["only this"] });
    const key = (await bucket.keys("rejected/")).at(-1) ?? "";
    expect(key).toMatch(/^rejected\/\d{4}\/\d\d\/\d\d\/\d\d\/\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{32}\.json\.gz$/);
    const { metadata } = await bucket.read(key);
    expect(metadata).toMatchObject({ reason: "http 400", encoding: "gzip", "entry-count": "1" });
  });
});

test("two seconds left and ten payloads to go at an intake that hangs: all stored in time", async () => {
  const { report } = await run({
    plan: { always: { kind: "hang" } },
    messages: lines(10_000, 20),
    leftMs: 2_000,
  });
  expect(report).toMatchObject({ undelivered: 10_000, returned: 0 });
});

test("running out of time does not open the breaker: the next delivery is sent", async () => {
  const forwarder = forwarderOf(environment());
  intake.recorder.setFaults({ always: { kind: "hang" } });
  const short = { ...INVOCATION, deadlineMs: performance.now() + 1_000 };
  const { report } = await forward(deliveryOf(lines(6_000, 20)), short, forwarder);
  expect(report.reasons).not.toHaveProperty("breaker open");
  intake.recorder.setFaults(undefined);
  const next = await forward(
    deliveryOf(["next"]),
    { ...INVOCATION, deadlineMs: performance.now() + 60_000 },
    forwarder,
  );
  expect(next.report.delivered).toBe(1);
});

test("events older than 18 hours get the present time, since the intake would drop them without a word", async () => {
  const old = Date.now() - 20 * 3_600_000;
  const event = deliveryOf(["old", "older"], old);
  const { report } = await forward(
    event,
    { ...INVOCATION, deadlineMs: performance.now() + 60_000 },
    forwarderOf(environment()),
  );
  expect(report).toMatchObject({ delivered: 2, redated: 2 });
  expect(intake.recorder.summary().tooOld).toBe(0);
  expect(intake.recorder.entries()[0]).toMatchObject({ redated: { originalTimestamp: old } });
});

test("CloudWatch's own test message is counted, and not sent", async () => {
  const event = subscriptionEvent(STREAM, [], { messageType: "CONTROL_MESSAGE" });
  const { report } = await forward(
    event,
    { ...INVOCATION, deadlineMs: performance.now() + 60_000 },
    forwarderOf(environment()),
  );
  expect(report).toMatchObject({ controlMessages: 1, received: 0, requests: 0 });
});

test("after two payloads were given up, the next go to the store without a request", async () => {
  const { report } = await run({ plan: { always: status(503) }, messages: lines(10_000, 20) });
  expect(report.undelivered).toBe(10_000);
  // Four are under way at once, and one more begins between the first and the second that is given up.
  expect(report.reasons["breaker open"]).toBeGreaterThanOrEqual(5_000);
});

describe("odd content is delivered like any other", () => {
  test.each([
    ["no events", []],
    ["an empty message", [""]],
    ["a message of 1 MB", ["x".repeat(1_000_000)]],
    ["a message of 1 MB that JSON makes six times as long", ["\u0001".repeat(1_000_000)]],
    ["NUL bytes", ["a\0b", "\0"]],
    ["4-byte characters at every offset", ["", "a", "ab", "abc"].map((lead) => lead + "🦀".repeat(50_000))],
    ["lone surrogates", ["\ud800", "\udc00x", "a\udfff"]],
    ["JSON with ddtags that is no text", ['{"ddtags":["a:b"]}', '{"ddtags":{"x":1}}']],
    ["JSON with __proto__", ['{"__proto__":{"polluted":true}}']],
    ["JSON that looks like a metric", ['{"m":"x","v":1,"e":1,"t":[]}']],
    ["10,000 events", lines(10_000)],
  ])("%s", async (_name, messages) => {
    const { report } = await run({ messages });
    expect(report.delivered).toBe(messages.length);
    const whole = messages.filter((message) => Buffer.byteLength(JSON.stringify(message)) < 900_000);
    const arrived = new Set(intake.recorder.entries().map(({ message }) => message));
    for (const message of whole) expect(arrived).toContain(message);
    expect(report.truncated).toBe(messages.length - whole.length);
  });
});

describe("a delivery that can't be read", () => {
  test.each([
    ["is no CloudWatch event", { hello: "world" }],
    ["is null", null],
    ["is larger than the cap", deliveryOf(["x".repeat(70_000_000)])],
    ["is not base64", { awslogs: { data: "?" } }],
    ["is not gzip", { awslogs: { data: Buffer.from("plain").toString("base64") } }],
  ])("%s: stored whole, and the invocation succeeds", async (_name, event) => {
    bucket.clear();
    const forwarder = forwarderOf(environment());
    const { report, failure } = await forward(
      event,
      { ...INVOCATION, deadlineMs: performance.now() + 60_000 },
      forwarder,
    );
    expect(failure).toBeUndefined();
    expect(report).toMatchObject({ unreadable: 1, received: 0, requests: 0 });
    const keys = await bucket.keys();
    expect(keys).toEqual([expect.stringMatching(/^unreadable\/[0-9a-f]{32}\.json$/)]);
    const { body } = await bucket.read(keys[0] ?? "");
    expect(JSON.parse(Buffer.from(body).toString())).toEqual(event);
  });
});

test("the account is right under any sequence of faults", async () => {
  const fault = fc.oneof(
    fc.constant(null),
    fc.constantFrom(...[400, 401, 403, 408, 413, 429, 500, 503].map((code) => status(code))),
    fc.constantFrom<Fault>({ kind: "reset" }, { kind: "lostAnswer" }, { kind: "delay", ms: 5 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 30 }),
      fc.integer({ min: 0, max: 3_500 }),
      fc.constantFrom("gzip", "zstd"),
      async (sequence, count, encoding) => {
        intake.recorder.clear();
        await run({ plan: { sequence }, messages: lines(count, 20), settings: { DD_COMPRESSION: encoding } });
      },
    ),
    { numRuns: 25 },
  );
});
