import { describe, expect, test } from "vitest";
import { payloadOf } from "../../../functions/intake/payload.ts";
import { s3Store } from "../../../functions/undelivered/store.ts";
import { type StoredObject, storedPayload } from "../../../functions/undelivered/stored-object.ts";
import { UsageError } from "../../../tools/arguments.ts";
import { parseOptions } from "../../../tools/redrive/options.ts";
import { AWS_CREDENTIALS } from "../../support/aws.ts";
import { runCommand } from "../../support/command.ts";
import { compress } from "../../support/deliveries.ts";
import { s3OfTests } from "../../support/s3-of-tests.ts";

const s3 = s3OfTests();

const run = (...args: string[]) =>
  runCommand("tools/redrive/cli.ts", ["--bucket", "store", ...args], {
    environment: { PATH: process.env.PATH ?? "", ...AWS_CREDENTIALS, AWS_ENDPOINT_URL_S3: s3.endpoint },
  });

const HOUR = 3_600_000;
const DAY = Date.UTC(2026, 10, 25);

/** @param hoursAgo when it was put there @returns its key */
async function put(object: StoredObject, hoursAgo = 0): Promise<string> {
  await s3Store("store", true).write(object, 5_000);
  const there = s3.objects.get(object.key);
  if (there) s3.objects.set(object.key, { ...there, writtenMs: Date.now() - hoursAgo * HOUR });
  return object.key;
}
const rejected = (id: string, reason = "http 400", hoursAgo = 0) =>
  put(storedPayload("rejected", payloadOf([{ id, timestamp: DAY }], compress), reason), hoursAgo);
const EVENT = "aws/lambda/async/forwarder/2026/11/25/2026-11-25T10.00.00-x";
const rejectedEvent = () =>
  put({ key: `rejected/${EVENT}`, body: "{}", contentType: "application/json", metadata: {} });

const keys = () => [...s3.objects.keys()].toSorted();
const back = (key: string) => key.replace("rejected/", "undelivered/");

test("shows what would go back and why it was refused, and does nothing without being told to", async () => {
  await rejected("a");
  await rejected("b");
  await rejected("c", "http 413");
  await rejectedEvent();
  const before = keys();
  const { stdout, code: exitCode } = await run();
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/http 400\D+2\D+2\D/);
  expect(stdout).toMatch(/http 413\D+1\D+1\D/);
  expect(stdout).toContain(
    "3 go back to undelivered/, 1 events that Lambda gave up on go back to aws/lambda/ in store.",
  );
  expect(stdout).toContain("Nothing was moved: give --yes to do it.");
  expect(keys()).toEqual(before);
});

test("moves each back to where the replayer takes it from, with all that its metadata says", async () => {
  const key = await rejected("a");
  const { body, headers } = s3.objects.get(key) ?? {};
  await rejectedEvent();
  const { stdout, code: exitCode } = await run("--yes");
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("2 moved back.")]);
  expect(keys()).toEqual([EVENT, back(key)].toSorted());
  expect(s3.objects.get(back(key))).toMatchObject({ body, headers });
});

test("takes only what was put there in a time, has a prefix, and a reason", async () => {
  const [old, recent, other] = [
    await rejected("a", "http 400", 30),
    await rejected("b"),
    await rejected("c", "http 413"),
  ];
  await run("--since", "1d", "--reason", "400", "--prefix", "rejected/2026/", "--yes");
  expect(keys()).toEqual([old, back(recent), other].toSorted());
  await run("--until", "1d", "--yes");
  expect(keys()).toEqual([back(old), back(recent), other].toSorted());
});

test("more than are moved at a time, and more than a page of the listing", async () => {
  for (let i = 0; i < 1_050; i++) {
    s3.objects.set(`rejected/2026/${i}.json.gz`, { body: Buffer.from("x"), etag: '"e"', headers: {}, writtenMs: DAY });
  }
  const { stdout } = await run("--yes");
  expect(stdout).toContain("1050 moved back.");
  expect(keys().every((key) => key.startsWith("undelivered/"))).toBe(true);
  expect(s3.objects.size).toBe(1_050);
});

test("writes over nothing: what has the same name already stays, and is told of", async () => {
  const key = await rejected("a");
  await put({ key: back(key), body: "another", contentType: "application/json", metadata: {} });
  const { stdout, code: exitCode } = await run("--yes");
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`! ${key}: ${back(key)} is there already`);
  expect(s3.objects.get(back(key))?.body.toString()).toBe("another");
  expect(keys()).toContain(key);
});

test("as JSON: the plan alone, or with what was done", async () => {
  const key = await rejected("a");
  const plan = JSON.parse((await run("--json")).stdout);
  expect(plan).toEqual({
    plan: [expect.objectContaining({ key, goesTo: back(key), reason: "http 400", events: 1 })],
  });
  expect(keys()).toEqual([key]);
  expect(JSON.parse((await run("--json", "--yes")).stdout)).toMatchObject({ moved: { objects: 1, failed: {} } });
});

test("an empty place is no failure", async () => {
  const { stdout, code: exitCode } = await run("--yes");
  expect([exitCode, stdout]).toEqual([0, "Nothing of that kind is under rejected/ in store.\n"]);
});

describe("called wrongly", () => {
  const parse = (...args: string[]) => parseOptions(args, DAY);

  test.each([
    [[], "--bucket is missing"],
    [["--bucket", "b", "--prefix", "undelivered/"], "--prefix must begin with rejected/"],
    [
      ["--bucket", "b", "--since", "yesterday"],
      '--since must be a time such as 2026-11-25T08:00:00Z, or 30m, 6h or 2d ago; it is "yesterday"',
    ],
    [["--bucket", "b", "--since", "1h", "--until", "2h"], "--since must be before --until"],
    [["--bucket", "b", "--all"], "--all"],
  ])("%j is refused with what is allowed", (args, message) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(message);
  });

  test.each([
    ["2026-11-24", Date.UTC(2026, 10, 24)],
    ["2026-11-24T08:30", Date.UTC(2026, 10, 24, 8, 30)],
    ["2026-11-24 08:30:15Z", Date.UTC(2026, 10, 24, 8, 30, 15)],
    ["2026-11-24T08:30+02:00", Date.UTC(2026, 10, 24, 6, 30)],
    ["90m", DAY - 90 * 60_000],
    ["2d", DAY - 48 * HOUR],
  ])("%s is a time", (text, timeMs) => {
    expect(parse("--bucket", "b", "--since", text)).toMatchObject({ sinceMs: timeMs });
  });
});
