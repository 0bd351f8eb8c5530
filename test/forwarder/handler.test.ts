import { type AddressInfo, createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Report } from "../../functions/metrics/report.ts";
import type { Fault } from "../../functions/recorder/faults.ts";
import { createRecorder } from "../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../functions/recorder/server.ts";
import type { Invoked, LocalFunction } from "../../tools/lambda/lambda-process.ts";
import { AWS_CREDENTIALS, type Bucket, type SecretServer, startBucket, startSecrets } from "../support/aws.ts";
import { bundled } from "../support/bundle.ts";
import { deliveryOf, lines } from "../support/deliveries.ts";
import { readEmf } from "../support/emf.ts";
import { kinesisBatch } from "../support/kinesis.ts";
import { deliveryOfBytes, SHAPES } from "../support/shapes.ts";

const KEY = "key-that-must-not-be-seen";
const TEXT = "text-that-must-not-be-seen";

const recorder = createRecorder({ apiKey: KEY });
let server: RecorderServer;
let bucket: Bucket;
let secrets: SecretServer;
let forwarder: LocalFunction | undefined;

beforeAll(async () => {
  server = await serveRecorder(recorder, 0);
  bucket = await startBucket();
  secrets = await startSecrets("dd-key", JSON.stringify({ apiKey: KEY }));
});
afterAll(async () => {
  await Promise.all([server.stop(), bucket.stop(), secrets.stop()]);
});
beforeEach(() => {
  recorder.clear();
  recorder.setFaults(undefined);
  bucket.clear();
});
afterEach(() => forwarder?.kill());

/** The deployed bundle with everything it may have. */
function start(settings: Record<string, string> = {}): LocalFunction {
  forwarder = bundled("forwarder", { ...deployed(), ...settings });
  return forwarder;
}

const deployed = () => ({
  ...AWS_CREDENTIALS,
  AWS_ENDPOINT_URL_S3: bucket.endpoint,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
  DD_API_KEY_SECRET_ARN: "dd-key",
  DD_URL: server.host,
  DD_PORT: String(server.port),
  DD_NO_SSL: "true",
  DD_S3_BUCKET_NAME: bucket.name,
});

/** The metrics of the line, without ages. */
const countsIn = ({ stdout }: Invoked) => {
  const { metrics } = readEmf(stdout.trimEnd());
  const counts = [...metrics].filter(([name]) => !name.startsWith("Lag"));
  return Object.fromEntries(counts.map(([name, { values }]) => [name, values[0]]));
};

const reportOf = ({ outcome }: Invoked) => (outcome.status === "returned" ? (outcome.value as Report) : undefined);

test("reads its key, delivers, and writes one line: its report in EMF", async () => {
  const invoked = await start().invoke(deliveryOf(lines(2_500)));
  expect(reportOf(invoked)).toMatchObject({ received: 2_500, delivered: 2_500, requests: 3, coldStart: true });
  expect(recorder.summary().entries).toBe(2_500);
  expect(invoked.stderr).toBe("");
  const [line = "", ...others] = invoked.stdout.trimEnd().split("\n");
  expect(others).toEqual([]);
  const { metrics, fields } = readEmf(line);
  expect(fields).toMatchObject({ FunctionName: "forwarder", Received: 2_500, Delivered: 2_500, coldStart: true });
  expect(fields.initMs).toBeGreaterThan(0);
  expect([...metrics.keys()]).toEqual(["Received", "Delivered", "LagNewest", "LagOldest"]);
});

test("keeps its connection from one invocation to the next", async () => {
  const warm = start();
  await warm.invoke(deliveryOf(["one"]));
  const invoked = await warm.invoke(deliveryOf(["two"]));
  expect(reportOf(invoked)).toMatchObject({ delivered: 1, requests: 1, coldStart: false, notes: {} });
});

test("a connection that the intake closed during a freeze is no failure", async () => {
  const impatient = await serveRecorder(createRecorder(), 0, { keepAliveTimeoutMs: 50 });
  try {
    const thawed = start({ DD_PORT: String(impatient.port) });
    await thawed.invoke(deliveryOf(["before"]));
    await setTimeout(1_500);
    const invoked = await thawed.invoke(deliveryOf(["after"]));
    expect(reportOf(invoked)).toMatchObject({ delivered: 1, undelivered: 0, reasons: {} });
  } finally {
    await impatient.stop();
  }
});

test("without settings every invocation fails and says what is missing, so that Lambda keeps the event", async () => {
  forwarder = bundled("forwarder", { DD_PORT: "none" });
  for (let i = 0; i < 2; i++) {
    const { outcome } = await forwarder.invoke(deliveryOf(["x"]));
    expect(outcome).toMatchObject({ status: "failed", error: { name: "ConfigError" } });
    const { message } = outcome.status === "failed" ? outcome.error : { message: "" };
    expect(message).toContain("DD_API_KEY_SECRET_ARN");
    expect(message).toContain("DD_PORT");
  }
});

test("answers a batch of a Kinesis stream with the first record that is not safe, and does not fail", async () => {
  const data = deliveryOf(lines(5)).awslogs.data;
  const batch = kinesisBatch(["no gzip", data, data]);
  const well = await start().invoke(batch);
  expect(well.outcome).toEqual({ status: "returned", value: { batchItemFailures: [] } });
  expect(countsIn(well)).toEqual({ Received: 10, Delivered: 10, Unreadable: 1 });
  await forwarder?.kill();

  recorder.setFaults({ always: { kind: "status", status: 400 } });
  const { outcome } = await start({ DD_S3_BUCKET_NAME: "no-such-bucket" }).invoke(kinesisBatch([data, data]));
  const itemIdentifier = batch.Records[0]?.kinesis.sequenceNumber;
  expect(outcome).toEqual({ status: "returned", value: { batchItemFailures: [{ itemIdentifier }] } });
});

test("neither intake nor store: the invocation fails, and its line says how many events go back", async () => {
  recorder.setFaults({ always: { kind: "status", status: 400 } });
  const invoked = await start({ DD_S3_BUCKET_NAME: "no-such-bucket" }).invoke(deliveryOf(lines(5)));
  expect(invoked.outcome).toMatchObject({ status: "failed", error: { name: "HandedBackError" } });
  expect(countsIn(invoked)).toEqual({ Received: 5, Delivered: 0, Returned: 5 });
});

test.each([128, 512])(
  "a store that never answers: with %i MB, too, the invocation ends by itself and reports",
  async (memoryMb) => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    recorder.setFaults({ always: { kind: "status", status: 400 } });
    const { port } = silent.address() as AddressInfo;
    const settings = { ...deployed(), AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` };
    forwarder = bundled("forwarder", settings, memoryMb, 6_000);
    const invoked = await forwarder.invoke(deliveryOf(lines(5)));
    silent.close();
    expect(invoked.outcome).toMatchObject({ status: "failed", error: { name: "HandedBackError" } });
    expect(countsIn(invoked)).toEqual({ Received: 5, Delivered: 0, Returned: 5 });
  },
);

test.each(Object.entries(SHAPES))(
  "a delivery at the cap fits into 128 MB: %s",
  async (_name, shape) => {
    recorder.setFaults({ always: { kind: "status", status: 400 } });
    forwarder = bundled(
      "forwarder",
      { ...deployed(), EXCLUDE_AT_MATCH: "GET /health", REDACT_EMAIL: "true" },
      128,
      120_000,
    );
    const invoked = await forwarder.invoke(deliveryOfBytes(shape, 11 * 1024 * 1024));
    const report = reportOf(invoked);
    expect(report?.rejected).toBe(report?.received);
    expect(report?.received).toBeGreaterThan(0);
  },
  120_000,
);

describe("no log text and no key in output, errors or metrics", () => {
  const faults: [string, Fault | undefined][] = [
    ["delivered", undefined],
    ["rejected", { kind: "status", status: 400 }],
    ["too large", { kind: "status", status: 413 }],
    ["refused key", { kind: "status", status: 403 }],
    ["out", { kind: "status", status: 503, retryAfter: "3600" }],
    ["reset", { kind: "reset" }],
  ];
  const message = `${TEXT} {"ddtags":["${TEXT}"]}`;
  const truncatedGzip = deliveryOf([message]).awslogs.data.slice(0, 80);
  const events: [string, unknown][] = [
    ["a delivery", deliveryOf([message, "x".repeat(1_200_000) + message])],
    ["no delivery", { [TEXT]: TEXT }],
    ["plain text for data", { awslogs: { data: TEXT } }],
    ["half a delivery", { awslogs: { data: truncatedGzip } }],
  ];
  const settings: [string, Record<string, string>][] = [
    ["a key from Secrets Manager", {}],
    ["a key in the environment", { DD_API_KEY_SECRET_ARN: "", DD_API_KEY: KEY }],
    ["no store", { DD_S3_BUCKET_NAME: "no-such-bucket" }],
    ["a wrong setting", { DD_API_KEY: KEY, DD_PORT: "none" }],
  ];
  /** All events, in a sandbox of its own. */
  async function watch(setting: Record<string, string>): Promise<string> {
    const watched = bundled("forwarder", { ...deployed(), ...setting });
    try {
      const seen: unknown[] = [];
      for (const [, event] of events) {
        const { stdout, stderr, outcome } = await watched.invoke(event);
        seen.push({ stdout, stderr, outcome });
      }
      return JSON.stringify(seen);
    } finally {
      await watched.kill();
    }
  }

  test.each(faults)("%s, with any settings", async (_name, fault) => {
    recorder.setFaults(fault && { always: fault });
    const all = await Promise.all(settings.map(async ([name, setting]) => [name, await watch(setting)] as const));
    for (const [name, seen] of all) {
      expect(seen, name).toContain("outcome");
      expect(seen, name).not.toContain(TEXT);
      expect(seen, name).not.toContain(KEY);
    }
  });
});
