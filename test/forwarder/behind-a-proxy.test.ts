import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Report } from "../../functions/metrics/report.ts";
import { createRecorder } from "../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../functions/recorder/server.ts";
import { subscriptionEvent } from "../../tools/cloudwatch.ts";
import type { Invoked, LocalFunction } from "../../tools/lambda/lambda-process.ts";
import { AWS_CREDENTIALS, type Bucket, type SecretServer, startBucket, startSecrets } from "../support/aws.ts";
import { bundled } from "../support/bundle.ts";
import { type ConnectProxy, type ProxyFault, startConnectProxy } from "../support/connect-proxy.ts";
import { deliveryOf, events, lines, STREAM } from "../support/deliveries.ts";
import { startEcs } from "../support/ecs-server.ts";
import { startTls, TEST_CA, type TlsServer } from "../support/tls-server.ts";

/** The built functions in a network where nothing is to be reached but through a proxy, and TLS has a company's own authority. */

const KEY = "key-that-must-not-be-seen";
/** The S3 here takes the first part of a host's name for a bucket's: it has none. */
const HOSTS = { intake: "intake.example.test", s3: "127.0.0.1", secrets: "secrets.example.test" } as const;

const recorder = createRecorder({ apiKey: KEY });
let intake: RecorderServer;
let bucket: Bucket;
let secrets: SecretServer;
let fronts: Record<keyof typeof HOSTS, TlsServer>;
let proxy: ConnectProxy;
let started: LocalFunction[] = [];

beforeAll(async () => {
  intake = await serveRecorder(recorder, 0);
  bucket = await startBucket();
  secrets = await startSecrets("dd-key", KEY);
  const portOf = (endpoint: string) => Number(new URL(endpoint).port);
  fronts = {
    intake: await startTls(intake.port),
    s3: await startTls(portOf(bucket.endpoint)),
    secrets: await startTls(portOf(secrets.endpoint)),
  };
});
afterAll(async () => {
  await Promise.all(Object.values(fronts).map((front) => front.stop()));
  await Promise.all([intake.stop(), bucket.stop(), secrets.stop()]);
});
beforeEach(async () => {
  recorder.clear();
  recorder.setFaults(undefined);
  bucket.clear();
  proxy = await startConnectProxy();
  for (const name of Object.keys(HOSTS) as (keyof typeof HOSTS)[]) proxy.routes.set(target(name), fronts[name].port);
});
afterEach(async () => {
  await Promise.all(started.map((each) => each.kill()));
  started = [];
  await proxy.stop();
});

/** As the proxy is asked for it. */
const target = (name: keyof typeof HOSTS) => `${HOSTS[name]}:${name === "s3" ? fronts.s3.port : 443}`;

const deployed = () => ({
  ...AWS_CREDENTIALS,
  AWS_ENDPOINT_URL_S3: `https://${target("s3")}`,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: `https://${HOSTS.secrets}`,
  DD_API_KEY_SECRET_ARN: "dd-key",
  DD_URL: HOSTS.intake,
  DD_S3_BUCKET_NAME: bucket.name,
  NODE_EXTRA_CA_CERTS: TEST_CA,
  HTTPS_PROXY: proxy.url,
});

/** For what never answers. Elsewhere a slow machine may take its time. */
const SHORT = { SIDECARLESS_REQUEST_TIMEOUT_MS: "300" };

/** @param settings `undefined` takes one away. */
function start(name: "forwarder" | "replayer", settings: Record<string, string | undefined> = {}, timeoutMs = 30_000) {
  const all = Object.entries({ ...deployed(), ...settings });
  const environment = Object.fromEntries(all.filter((pair): pair is [string, string] => pair[1] !== undefined));
  const fn = bundled(name, environment, 512, timeoutMs);
  started.push(fn);
  return fn;
}

const reportOf = ({ outcome }: Invoked) => (outcome.status === "returned" ? (outcome.value as Report) : undefined);
const tunnelsTo = (name: keyof typeof HOSTS) => proxy.asked.filter((asked) => asked === target(name)).length;

test("the key, logs, what is stored, and what is sent again go through the proxy", async () => {
  const forwarder = start("forwarder");
  expect(reportOf(await forwarder.invoke(deliveryOf(lines(20))))).toMatchObject({ delivered: 20, requests: 1 });
  // A connection, and so its tunnel, is kept for the next delivery.
  expect(reportOf(await forwarder.invoke(deliveryOf(lines(20))))).toMatchObject({ delivered: 20, requests: 1 });
  expect({ secrets: tunnelsTo("secrets"), intake: tunnelsTo("intake"), s3: tunnelsTo("s3") }).toEqual({
    secrets: 1,
    intake: 1,
    s3: 0,
  });
  recorder.setFaults({ always: { kind: "status", status: 503, retryAfter: "600" } });
  expect(reportOf(await forwarder.invoke(deliveryOf(lines(20))))).toMatchObject({ undelivered: 20 });
  recorder.setFaults(undefined);
  expect(tunnelsTo("s3")).toBe(1);
  const replayed = await start("replayer").invoke({});
  expect(replayed.outcome).toMatchObject({ value: { delivered: 20, left: 0 } });
  expect(recorder.summary().entries).toBe(60);
  expect(new Set(proxy.asked)).toEqual(new Set([target("intake"), target("s3"), target("secrets")]));
});

test("so does what is looked up in ECS", async () => {
  const ecs = await startEcs("eu-west-1", "000000000000");
  const front = await startTls(Number(new URL(ecs.endpoint).port));
  proxy.routes.set("ecs.example.test:443", front.port);
  try {
    const settings = { SIDECARLESS_ECS_METADATA: "true", AWS_ENDPOINT_URL_ECS: "https://ecs.example.test" };
    // Only what is in the function's own account can be looked up.
    const delivery = subscriptionEvent({ ...STREAM, account: "000000000000" }, events(["one"]));
    await start("forwarder", { ...settings, SIDECARLESS_METADATA_BUDGET_MS: "10000" }).invoke(delivery);
    expect(proxy.asked).toContain("ecs.example.test:443");
  } finally {
    await Promise.all([front.stop(), ecs.stop()]);
  }
});

test("lower-case names count, and a user with a password is told to the proxy alone", async () => {
  const withPassword = proxy.url.replace("//", "//user:hunter2@");
  const invoked = await start("forwarder", { HTTPS_PROXY: "http://127.0.0.1:1", https_proxy: withPassword }).invoke(
    deliveryOf(lines(5)),
  );
  expect(reportOf(invoked)).toMatchObject({ delivered: 5 });
  const basic = `Basic ${Buffer.from("user:hunter2").toString("base64")}`;
  expect(new Set(proxy.authorizations)).toEqual(new Set([basic]));
  proxy.fault = { kind: "refuse", status: 407 };
  await started[0]?.kill();
  const refused = await start("forwarder", { HTTPS_PROXY: withPassword }).invoke(deliveryOf(lines(5)));
  expect(JSON.stringify([invoked, refused])).not.toContain("hunter2");
});

test("hosts of NO_PROXY are reached directly, the others through the proxy", async () => {
  const settings = {
    DD_URL: "127.0.0.1",
    DD_PORT: String(fronts.intake.port),
    NO_PROXY: "127.0.0.0/8,amazonaws.com",
  };
  recorder.setFaults({ sequence: [null, ...Array(20).fill({ kind: "status", status: 503, retryAfter: "600" })] });
  const forwarder = start("forwarder", settings);
  expect(reportOf(await forwarder.invoke(deliveryOf(lines(5))))).toMatchObject({ delivered: 5 });
  expect(reportOf(await forwarder.invoke(deliveryOf(lines(5))))).toMatchObject({ undelivered: 5 });
  expect(new Set(proxy.asked)).toEqual(new Set([target("secrets")]));
});

describe("a proxy that is in the way loses nothing", () => {
  const direct = () => ({
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `https://127.0.0.1:${fronts.secrets.port}`,
    NO_PROXY: "127.0.0.1",
  });
  const faults: [ProxyFault, string][] = [
    [{ kind: "refuse", status: 407 }, "proxy http 407"],
    [{ kind: "refuse", status: 502 }, "proxy http 502"],
    [{ kind: "reset" }, "connection ERR_PROXY_TUNNEL"],
    [{ kind: "silent" }, "timeout"],
    [{ kind: "silentTunnel" }, "timeout"],
  ];

  test.each(faults)("%j: what can't be sent is stored, and sent when it is well again", async (fault, reason) => {
    const forwarder = start("forwarder", { ...direct(), ...(reason === "timeout" && SHORT) });
    proxy.fault = fault;
    const report = reportOf(await forwarder.invoke(deliveryOf(lines(50))));
    expect(report).toMatchObject({ received: 50, undelivered: 50, reasons: { [reason]: 50 } });
    proxy.fault = undefined;
    const { outcome } = await start("replayer", direct()).invoke({});
    expect(outcome).toMatchObject({ value: { delivered: 50, left: 0 } });
    expect(recorder.summary()).toMatchObject({ entries: 50, duplicates: 0 });
  });

  test.each<[ProxyFault, string]>([
    [{ kind: "refuse", status: 407 }, "ERR_PROXY_TUNNEL"],
    [{ kind: "silent" }, "TimeoutError"],
    [{ kind: "silentTunnel" }, "TimeoutError"],
  ])("%j for all it is asked for: the delivery goes back to Lambda, in time, and is reported", async (fault, code) => {
    proxy.fault = fault;
    const invoked = await start(
      "forwarder",
      { ...SHORT, DD_API_KEY_SECRET_ARN: undefined, DD_API_KEY: KEY },
      8_000,
    ).invoke(deliveryOf(lines(5)));
    expect(invoked.outcome).toMatchObject({ status: "failed", error: { name: "HandedBackError" } });
    expect(JSON.parse(invoked.stdout)).toMatchObject({ Received: 5, Returned: 5, reasons: { [`s3 ${code}`]: 5 } });
  });
});

test("a certificate that nobody known has signed is refused, whatever Datadog's setting for that says", async () => {
  const settings = { NODE_EXTRA_CA_CERTS: undefined, DD_SKIP_SSL_VALIDATION: "true", DD_S3_BUCKET_NAME: undefined };
  const key = { DD_API_KEY_SECRET_ARN: undefined, DD_API_KEY: KEY };
  const invoked = await start("forwarder", { ...settings, ...key }).invoke(deliveryOf(lines(5)));
  expect(invoked.outcome).toMatchObject({ status: "failed", error: { name: "HandedBackError" } });
  expect(JSON.parse(invoked.stdout.split("\n").at(-2) ?? "")).toMatchObject({
    reasons: { "connection UNABLE_TO_VERIFY_LEAF_SIGNATURE": 5 },
  });
  expect(recorder.summary().requests).toBe(0);
});
