import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DatadogError, datadogAccess, readBack } from "../../../compare/aws/datadog.ts";
import { UsageError } from "../../../tools/arguments.ts";
import type { DatadogAccess } from "../../../tools/datadog/access.ts";
import { KEYS, limitRoute } from "../../support/datadog-api/account.ts";
import type { IndexedLog } from "../../support/datadog-api/query.ts";
import { type DatadogApi, startDatadogApi } from "../../support/datadog-api/server.ts";
import { manualClock } from "../../support/sends.ts";

let datadog: DatadogApi;
let clock: ReturnType<typeof manualClock>;
beforeEach(async () => {
  clock = manualClock();
  clock.nowMs = FROM + 60_000;
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  datadog = await startDatadogApi({ pageSize: 3, now: () => clock.nowMs });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await datadog.stop();
});

const FROM = Date.UTC(2026, 10, 20, 10);
const SEARCH = "/api/v2/logs/events/search";
const QUERIES = [
  { path: "lambda", service: "comparison-lambda", run: "0a1b-lambda", written: 10 },
  { path: "firelens-hardened", service: "comparison-firelens", run: "0a1b-firelens", written: 10 },
] as const;
const { signal } = new AbortController();
const access = (): DatadogAccess => ({ ...KEYS, site: "datadoghq.eu", apiUrl: datadog.url, isReplaced: true });
const read = (changes: Partial<DatadogAccess> = {}, abort = signal) =>
  readBack({ ...access(), ...changes }, QUERIES, FROM, abort, { clock });

interface Line {
  readonly service: string;
  readonly atMs: number;
  readonly message?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** As Datadog keeps it: a JSON line taken apart into attributes, other text as the message. */
const index = (...lines: readonly Line[]) => {
  for (const { service, atMs, message, attributes = {} } of lines) {
    const timestamp = new Date(atMs).toISOString();
    const log = { timestamp, service, status: "info", tags: [], message, attributes };
    datadog.logs.add({ id: "AQ", type: "log", attributes: log } satisfies IndexedLog);
  }
};
const plain = (seq: number, run = "0a1b-lambda"): Line => ({
  service: "comparison-lambda",
  atMs: FROM + seq,
  message: `run=${run} seq=${seq} dueMs=${FROM + seq} INFO order`,
});

describe("readBack", () => {
  test("counts lines over all pages, however they were taken apart, and those that are there twice", async () => {
    const service = "comparison-firelens";
    const marker = { run: "0a1b-firelens", dueMs: FROM };
    index(
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
    expect(datadog.requests.map(({ bytes }) => JSON.parse(String(bytes)).filter.query)).toEqual([
      ...Array(3).fill("service:comparison-lambda"),
      ...Array(2).fill("service:comparison-firelens"),
    ]);
  });

  test("leaves out other runs, lines beyond the load, earlier ones and logs without a marker", async () => {
    index(
      plain(0, "9999-lambda"),
      plain(10),
      { ...plain(1), atMs: FROM - 1 },
      { service: "comparison-lambda", atMs: FROM, message: "started" },
      { service: "comparison-lambda", atMs: FROM, attributes: { run: "0a1b-lambda", seq: "4" } },
    );
    expect((await read())[0]).toMatchObject({ found: 0, duplicates: 0 });
  });

  test("waits as long as Datadog says before it searches again", async () => {
    index(...[0, 1, 2, 3, 4].map((seq) => plain(seq)));
    limitRoute(datadog.account, SEARCH, 2, 40);
    expect((await read())[0]).toMatchObject({ found: 5 });
    expect(datadog.requests.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
    expect(clock.nowMs - FROM - 60_000).toBeGreaterThanOrEqual(40_000);
  });

  test("does not wait for an hour if the searches are used up", async () => {
    limitRoute(datadog.account, SEARCH, 0, 3_600);
    await expect(read()).rejects.toThrow(/limit on searching logs .* is used up.*Run it again in 3600 s/);
    expect(datadog.requests).toHaveLength(1);
  });

  test.each(["apiKey", "appKey"] as const)("tells a wrong %s, and shows none", async (key) => {
    const refused = read({ [key]: "wrong-key" });
    await expect(refused).rejects.toThrow(DatadogError);
    await expect(refused).rejects.toThrow("refuses searching logs");
    await expect(refused).rejects.toThrow("one of datadoghq.eu and have the scope logs_read_data");
    await expect(refused).rejects.not.toThrow(new RegExp(`wrong-key|${KEYS.apiKey}`));
  });

  test("tells a search that Datadog gave up", async () => {
    index(plain(0));
    datadog.logs.state.searchStatus = "timeout";
    await expect(read()).rejects.toThrow("not answered in time");
  });

  test("ends when it is aborted while it waits for an answer", async () => {
    const controller = new AbortController();
    datadog.account.instead.push("silent");
    datadog.hooks.onRequest = () => setTimeout(() => controller.abort(), 50);
    await expect(read({}, controller.signal)).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });
});

describe("datadogAccess", () => {
  test("takes both keys, the site and what stands in the API's place", async () => {
    const keys = { DD_API_KEY: "a", DD_APP_KEY: "b" };
    const usual = { site: "datadoghq.com", apiUrl: "https://api.datadoghq.com", isReplaced: false };
    expect(await datadogAccess(keys)).toEqual({ apiKey: "a", appKey: "b", ...usual });
    const elsewhere = await datadogAccess({ ...keys, DD_SITE: "datadoghq.eu", DD_API_URL: "http://127.0.0.1:1/" });
    expect(elsewhere).toMatchObject({ site: "datadoghq.eu", apiUrl: "http://127.0.0.1:1", isReplaced: true });
  });

  test("says which key is missing, and shows none", async () => {
    await expect(datadogAccess({})).rejects.toThrow(UsageError);
    const lacking = datadogAccess({ DD_API_KEY: KEYS.apiKey });
    await expect(lacking).rejects.toThrow("set DD_APP_KEY");
    await expect(lacking).rejects.not.toThrow(KEYS.apiKey);
  });
});
