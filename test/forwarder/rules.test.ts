import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { RulesFile } from "../../functions/forwarder/stages/rules/types.ts";
import type { Report } from "../../functions/metrics/report.ts";
import { accountingGap } from "../../functions/records/fates.ts";
import { type LocalFunction, localFunction } from "../../tools/lambda/lambda-process.ts";
import { AWS_CREDENTIALS, type Bucket, startBucket } from "../support/aws.ts";
import { deliveryOf } from "../support/deliveries.ts";
import { type Intake, startIntake } from "../support/forwarder.ts";

const RULES: RulesFile = {
  rules: [
    {
      name: "shop",
      logGroup: "/ecs/shop-*",
      service: "checkout",
      env: "prod",
      tags: ["team:shop"],
      multiline: { startPattern: "^\\S" },
      exclude: "GET /health",
      redact: [{ detector: "email" }],
    },
  ],
};
const LINES = [
  "GET /health 200",
  "order by anna@example.com placed",
  "ValueError: no such order",
  "  at checkout.py:7",
  "  at app.py:1",
  "GET /health 200",
];

let bucket: Bucket;
let intake: Intake;
let folder: string;
let forwarder: LocalFunction | undefined;

beforeAll(async () => {
  bucket = await startBucket();
  intake = await startIntake();
});
afterAll(async () => {
  await Promise.all([bucket.stop(), intake.server.stop()]);
});
beforeEach(() => {
  intake.recorder.clear();
  folder = mkdtempSync(join(tmpdir(), "sidecarless-test-"));
});
afterEach(async () => {
  await forwarder?.kill();
  rmSync(folder, { recursive: true });
});

/** The bundle as deployed with a rules file beside it. */
function deployed(rules: string | undefined, settings: Record<string, string> = {}, timeoutMs = 30_000): LocalFunction {
  cpSync(fileURLToPath(new URL("../../dist/forwarder", import.meta.url)), folder, { recursive: true });
  if (rules !== undefined) writeFileSync(join(folder, "rules.json"), rules);
  const environment = {
    ...AWS_CREDENTIALS,
    ...intake.environment,
    AWS_ENDPOINT_URL_S3: bucket.endpoint,
    DD_S3_BUCKET_NAME: bucket.name,
    ...settings,
  };
  const bundle = join(folder, "index.mjs");
  forwarder = localFunction({ functionName: "forwarder", bundle, environment, timeoutMs, memoryMb: 512 });
  return forwarder;
}

test("joins, drops, redacts and names as the rule beside the bundle says, and the books balance", async () => {
  const { outcome } = await deployed(JSON.stringify(RULES)).invoke(deliveryOf(LINES));
  const report = (outcome as { value: Report }).value;
  expect(report).toMatchObject({
    received: 6,
    delivered: 2,
    filtered: 2,
    joinedAway: 2,
    redacted: 1,
    rule: "shop",
  });
  expect(accountingGap(report)).toBe(0);
  const [order, error] = intake.recorder.entries();
  expect(order).toMatchObject({ service: "checkout" });
  expect(order?.message).not.toContain("anna@example.com");
  expect(String(order?.ddtags).split(",")).toEqual(expect.arrayContaining(["env:prod", "team:shop"]));
  expect(error?.message).toBe("ValueError: no such order\n  at checkout.py:7\n  at app.py:1");
});

test("what is stored is redacted, too", async () => {
  intake.recorder.setFaults({ always: { kind: "status", status: 400 } });
  await deployed(JSON.stringify(RULES)).invoke(deliveryOf(LINES));
  intake.recorder.setFaults(undefined);
  const [key = ""] = await bucket.keys("rejected/");
  const { gunzipSync } = await import("node:zlib");
  const stored = gunzipSync((await bucket.read(key)).body).toString();
  expect(stored).toContain("order by");
  expect(stored).not.toContain("anna@example.com");
});

test("lines of Lambda end in a newline, which no pattern sees and no line gets twice", async () => {
  const lines = ["GET /health\n", "boom\n", "\tat a\n", "\n", "\tat b\n", "fine\n"];
  const rule = { logGroup: "*", exclude: "health$", multiline: { startPattern: "^\\S" } };
  const { outcome } = await deployed(JSON.stringify({ rules: [rule] })).invoke(deliveryOf(lines));
  const report = (outcome as { value: Report }).value;
  expect(report).toMatchObject({ received: 6, delivered: 2, filtered: 1, joinedAway: 3 });
  expect(intake.recorder.entries().map((entry) => entry.message)).toEqual(["boom\n\tat a\n\n\tat b", "fine\n"]);
});

test("pieces of one line of JSON are whole again", async () => {
  const json = JSON.stringify({ items: Array.from({ length: 8_000 }, (_, i) => `item ${i}`) });
  const pieces = json.match(/.{1,16384}/g) ?? [];
  const rules = JSON.stringify({ rules: [{ logGroup: "*", multiline: { pieces: true } }] });
  const { outcome } = await deployed(rules).invoke(deliveryOf([...pieces, "next"]));
  const report = (outcome as { value: Report }).value;
  expect(report).toMatchObject({ received: pieces.length + 1, delivered: 2, joinedAway: pieces.length - 1 });
  expect(accountingGap(report)).toBe(0);
  expect(intake.recorder.entries().map((entry) => entry.message)).toEqual([json, "next"]);
});

test("Datadog's own settings work as a rule, without a file", async () => {
  const settings = { EXCLUDE_AT_MATCH: "^GET /health", REDACT_EMAIL: "true" };
  const { outcome } = await deployed(undefined, settings).invoke(deliveryOf(LINES));
  expect((outcome as { value: Report }).value).toMatchObject({ filtered: 2, redacted: 1, delivered: 4 });
  expect(intake.recorder.entries()[0]?.message).toBe("order by xxxxx@xxxxx.com placed");
});

test("lines that would take minutes are delivered without their text, and the report says so", async () => {
  const redact = [{ pattern: "a+b|a", replacement: "*" }];
  const rules = JSON.stringify({ rules: [{ name: "slow", logGroup: "*", sample: { rate: 1 }, redact }] });
  const nasty = "a".repeat(200_000);
  const spaces = `{"level":${" ".repeat(200_000)}"info"}`;
  // The rules get a quarter of the time: so the test need not wait for the five seconds that are the most.
  const { outcome } = await deployed(rules, {}, 8_000).invoke(deliveryOf([nasty, spaces, "a cat"]));
  const report = (outcome as { value: Report }).value;
  expect(report).toMatchObject({ received: 3, delivered: 3, redacted: 2, notes: { "rules out of time": 1 } });
  expect(accountingGap(report)).toBe(0);
  const messages = intake.recorder.entries().map((entry) => entry.message);
  expect(messages).toEqual(["[REDACTED: the whole text, no time left for its rules]", spaces, "* c*t"]);
});

test("a wrong rules file fails every invocation, and says what is wrong where", async () => {
  const wrong = JSON.stringify({ rules: [{ logGroup: "/ecs/*", exclude: "(" }] });
  const { outcome } = await deployed(wrong).invoke(deliveryOf(LINES));
  expect(outcome).toMatchObject({ status: "failed", error: { name: "ConfigError" } });
  expect((outcome as { error: Error }).error.message).toContain("rules[0].exclude");
});
