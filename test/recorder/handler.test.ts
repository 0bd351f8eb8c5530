import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { type LocalFunction, localFunction } from "../../tools/lambda/lambda-process.ts";
import { AWS_CREDENTIALS, type SecretServer, startSecrets } from "../support/aws.ts";
import { functionUrlEvent, requestUrl } from "../support/function-url.ts";

const ENTRIES = [
  { id: "a", timestamp: 1_795_366_123_000, message: "größe, text-that-must-not-be-seen" },
  { id: "b", timestamp: 1_795_366_123_001, message: "🎉" },
];
const BODY = JSON.stringify(ENTRIES);
const KEY = "key-that-must-not-be-seen";

let recorder: LocalFunction;
let secrets: SecretServer | undefined;

const start = (environment: Record<string, string> = {}, timeoutMs = 30_000) => {
  recorder = localFunction({
    functionName: "recorder",
    bundle: fileURLToPath(new URL("../../dist/recorder/index.mjs", import.meta.url)),
    environment,
    timeoutMs,
    memoryMb: 512,
  });
  return recorder;
};
afterEach(async () => {
  await recorder.kill();
  await secrets?.stop();
  secrets = undefined;
});

const setFaults = async (plan: unknown) => {
  const body = JSON.stringify(plan);
  const { answer } = await requestUrl(recorder, { method: "PUT", path: "/recorder/faults", body });
  expect(answer).toMatchObject({ statusCode: 200 });
};

test.each<[string, string | Uint8Array, Record<string, string>]>([
  ["plain text", BODY, {}],
  ["base64", Buffer.from(BODY), {}],
  ["gzip, then base64", gzipSync(BODY), { "content-encoding": "gzip" }],
])("takes a body in %s", async (_how, body, headers) => {
  const { answer } = await requestUrl(start(), { body, headers });
  expect(answer).toEqual({ statusCode: 202, headers: { "content-type": "application/json" }, body: "{}" });
  const entries = await requestUrl(recorder, { method: "GET", path: "/recorder/entries" });
  expect(entries.answer).toMatchObject({ statusCode: 200, body: BODY });
});

test("writes a line for each arrival, without the text of any message", async () => {
  const body = gzipSync(BODY);
  const { stdout } = await requestUrl(start(), { body, headers: { "content-encoding": "gzip" } });
  expect(JSON.parse(stdout)).toEqual({
    arrival: {
      arrivedAtMs: expect.any(Number),
      wireBytes: body.length,
      rawBytes: Buffer.byteLength(BODY),
      contentEncoding: "gzip",
      entries: ENTRIES.map(({ id, timestamp }) => ({ id, timestamp })),
    },
  });
  expect(stdout).not.toContain("text-that-must-not-be-seen");
});

test("answers what it does not take as the intake would, and writes no line", async () => {
  start({ DD_API_KEY: KEY });
  const wrong = await requestUrl(recorder, { body: BODY });
  expect(wrong).toMatchObject({ answer: { statusCode: 403 }, stdout: "" });
  const right = await requestUrl(recorder, { body: BODY, headers: { "dd-api-key": KEY } });
  expect(right.answer).toMatchObject({ statusCode: 202 });
  const empty = await requestUrl(recorder, { headers: { "dd-api-key": KEY } });
  expect(empty).toMatchObject({ answer: { statusCode: 400 }, stdout: "" });
});

test.each([
  ["false", 413],
  ["true", 202],
])("with SIDECARLESS_RECORDER_LENIENT %s answers %i to 1,001 entries", async (lenient, statusCode) => {
  start({ SIDECARLESS_RECORDER_LENIENT: lenient });
  const { answer } = await requestUrl(recorder, { body: JSON.stringify(Array(1_001).fill({})) });
  expect(answer).toMatchObject({ statusCode });
});

test("meets a status fault set over the URL, until it is taken back", async () => {
  start();
  await setFaults({ always: { kind: "status", status: 429, retryAfter: "3" } });
  const { answer, stdout } = await requestUrl(recorder, { body: BODY });
  expect(answer).toMatchObject({ statusCode: 429, headers: { "retry-after": "3" } });
  expect(stdout).toBe("");
  await setFaults(null);
  expect((await requestUrl(recorder, { body: BODY })).answer).toMatchObject({ statusCode: 202 });
});

test.each([
  ["a reset takes nothing", { kind: "reset" }, 0],
  ["a lost answer is taken", { kind: "lostAnswer" }, 2],
])("%s, and is answered with 502, as a URL can't reset", async (_name, fault, taken) => {
  start();
  await setFaults({ always: fault });
  expect((await requestUrl(recorder, { body: BODY })).answer).toEqual({ statusCode: 502 });
  const { answer } = await requestUrl(recorder, { method: "GET", path: "/recorder/summary" });
  expect(JSON.parse((answer as { body: string }).body)).toMatchObject({ entries: taken, answers: { reset: 1 } });
});

test("a delayed request is answered as usual in the end", async () => {
  start();
  await setFaults({ always: { kind: "delay", ms: 20 } });
  expect((await requestUrl(recorder, { body: BODY })).answer).toMatchObject({ statusCode: 202 });
});

test("a request that hangs is answered with 504 before the timeout, so that the sandbox lives on", async () => {
  start({}, 2_000);
  await setFaults({ sequence: [{ kind: "hang" }] });
  expect((await requestUrl(recorder, { body: BODY })).answer).toEqual({ statusCode: 504 });
  const { initMs, outcome } = await recorder.invoke(functionUrlEvent({ method: "GET", path: "/recorder/summary" }));
  expect(initMs).toBeUndefined();
  expect(outcome).toMatchObject({ value: { statusCode: 200, body: expect.stringContaining('"hang":1') } });
});

const startWithSecret = async (secret: string | undefined) => {
  secrets = await startSecrets("dd-key", secret);
  start({
    ...AWS_CREDENTIALS,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    DD_API_KEY_SECRET_ARN: "dd-key",
  });
  return secrets;
};

test("reads the key from where the forwarder does", async () => {
  await startWithSecret(JSON.stringify({ apiKey: KEY }));
  expect((await requestUrl(recorder, { body: BODY })).answer).toMatchObject({ statusCode: 403 });
  const right = await requestUrl(recorder, { body: BODY, headers: { "dd-api-key": KEY } });
  expect(right.answer).toMatchObject({ statusCode: 202 });
});

test("reads the key again if that failed the first time", async () => {
  const secrets = await startWithSecret(undefined);
  await expect(requestUrl(recorder, { body: BODY })).rejects.toThrow("ApiKeyError");
  secrets.secret = KEY;
  const { answer } = await requestUrl(recorder, { body: BODY, headers: { "dd-api-key": KEY } });
  expect(answer).toMatchObject({ statusCode: 202 });
});
