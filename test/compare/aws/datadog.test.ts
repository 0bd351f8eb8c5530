import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DatadogError, readBack } from "../../../compare/aws/datadog.ts";
import { ACCESS, type DatadogServer, startDatadog } from "./datadog-server.ts";

let datadog: DatadogServer;
beforeEach(async () => {
  datadog = await startDatadog();
});
afterEach(() => datadog.stop());

const FROM = Date.UTC(2026, 10, 20, 10);
const QUERIES = [
  { path: "lambda", service: "comparison-lambda", run: "0a1b-lambda", written: 10 },
  { path: "firelens-hardened", service: "comparison-firelens", run: "0a1b-firelens", written: 10 },
] as const;
const plain = (seq: number, run = "0a1b-lambda") => ({
  service: "comparison-lambda",
  atMs: FROM + seq,
  message: `run=${run} seq=${seq} dueMs=${FROM + seq} INFO order`,
});
const { signal } = new AbortController();
const read = (access: Partial<typeof ACCESS> = {}, abort = signal) =>
  readBack({ ...ACCESS, ...access, url: datadog.url }, QUERIES, FROM, abort);

describe("readBack", () => {
  test("counts lines over all pages, however they were taken apart, and those that are there twice", async () => {
    const service = "comparison-firelens";
    const marker = { run: "0a1b-firelens", dueMs: FROM };
    datadog.logs.push(
      ...[0, 1, 2, 3, 4, 5, 6].map((seq) => plain(seq)),
      plain(3),
      plain(3),
      { service, atMs: FROM, attributes: { ...marker, seq: 0, level: "info" } },
      { service, atMs: FROM, attributes: { log: { ...marker, seq: 1 }, container_name: "app" } },
      { service, atMs: FROM, attributes: { log: `run=0a1b-firelens seq=2 dueMs=${FROM} INFO` } },
      {
        service,
        atMs: FROM,
        message: JSON.stringify({ ...marker, seq: 3 }).replace(/"dueMs":(\d+),"seq":3/, '"seq":3,"dueMs":$1'),
      },
    );
    expect(await read()).toEqual([
      { path: "lambda", written: 10, found: 7, duplicates: 2 },
      { path: "firelens-hardened", written: 10, found: 4, duplicates: 0 },
    ]);
    expect(datadog.queries).toEqual([
      ...Array(3).fill("service:comparison-lambda"),
      ...Array(2).fill("service:comparison-firelens"),
    ]);
  });

  test("leaves out other runs, lines beyond the load, earlier ones and logs without a marker", async () => {
    datadog.logs.push(
      plain(0, "9999-lambda"),
      plain(10),
      { ...plain(1), atMs: FROM - 1 },
      { service: "comparison-lambda", atMs: FROM, message: "started" },
      { service: "comparison-lambda", atMs: FROM, attributes: { run: "0a1b-lambda", seq: "4" } },
    );
    expect((await read())[0]).toMatchObject({ found: 0, duplicates: 0 });
  });

  test("waits as long as Datadog says before it searches again", async () => {
    datadog.logs.push(plain(0));
    datadog.instead.push(
      { status: 429, headers: { "X-RateLimit-Limit": "300", "X-RateLimit-Reset": "1" } },
      { status: 429, headers: { "X-RateLimit-Reset": "0" } },
    );
    expect((await read())[0]).toMatchObject({ found: 1 });
    expect(datadog.requests).toBe(4);
  });

  test("searches again after an error of Datadog's own", async () => {
    datadog.logs.push(plain(0));
    datadog.instead.push({ status: 503 });
    expect((await read())[0]).toMatchObject({ found: 1 });
  });

  test("does not wait for an hour if the searches are used up", async () => {
    datadog.instead.push({ status: 429, headers: { "X-RateLimit-Reset": "3000" } });
    await expect(read()).rejects.toThrow("300 searches an hour, and they are used up");
    expect(datadog.requests).toBe(1);
  });

  test.each([
    ["apiKey", 401],
    ["appKey", 403],
  ] as const)("tells a wrong %s, and shows none", async (key, status) => {
    const refused = read({ [key]: "wrong-key" });
    await expect(refused).rejects.toThrow(DatadogError);
    await expect(refused).rejects.toThrow(`refuses the search (${status})`);
    await expect(refused).rejects.toThrow("must be of datadoghq.eu");
    await expect(refused).rejects.not.toThrow(/wrong-key|of-the-test/);
  });

  test("tells a search that Datadog gave up, and one that it does not understand", async () => {
    datadog.logs.push(plain(0));
    datadog.instead.push("search timeout", { status: 400 });
    await expect(read()).rejects.toThrow("not answered in time");
    await expect(read()).rejects.toThrow("failed with 400");
  });

  test("tells that nobody is there", async () => {
    await datadog.stop();
    await expect(read()).rejects.toThrow("log search at datadoghq.eu failed");
  });

  test.each(["silent", { status: 429, headers: { "X-RateLimit-Reset": "60" } }] as const)(
    "ends when it is aborted while it waits for an answer, or for the limit: %j",
    async (instead) => {
      const controller = new AbortController();
      datadog.instead.push(instead);
      datadog.onRequest = () => setTimeout(() => controller.abort(), 50);
      await expect(read({}, controller.signal)).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    },
  );
});
