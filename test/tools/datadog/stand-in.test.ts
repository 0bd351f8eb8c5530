import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KEYS } from "../../support/datadog-api/account.ts";
import { type DatadogApi, startDatadogApi } from "../../support/datadog-api/server.ts";
import { httpRequest } from "../../support/http-request.ts";

let datadog: DatadogApi;
beforeEach(async () => {
  datadog = await startDatadogApi();
});
afterEach(() => datadog.stop());

const SEARCH = "/api/v2/logs/events/search";
const HEADERS = { "dd-api-key": KEYS.apiKey, "dd-application-key": KEYS.appKey, "content-type": "application/json" };

const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = HEADERS) => {
  const answer = await httpRequest(`${datadog.url}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { ...answer, body: JSON.parse(answer.body || "null") };
};
const without = (name: keyof typeof HEADERS) =>
  Object.fromEntries(Object.entries(HEADERS).filter(([key]) => key !== name));

/** The stand-in is only worth something if it refuses what Datadog would. */
describe("the stand-in refuses", () => {
  test.each<[string, unknown, string]>([
    [
      "a field that there is not",
      { filter: { query: "*", colour: "red" } },
      "must NOT have additional properties (colour)",
    ],
    ["a field at the top that there is not", { limit: 5 }, "must NOT have additional properties (limit)"],
    ["a number where a text belongs", { filter: { from: 1_700_000_000_000 } }, "body/filter/from must be string"],
    ["a text where a number belongs", { page: { limit: "5" } }, "body/page/limit must be integer"],
    ["a page that is too large", { page: { limit: 1_001 } }, "body/page/limit must be <= 1000"],
    ["an order that there is not", { sort: "time" }, "body/sort must be equal to one of the allowed values"],
    ["no JSON", "{", "the body is not JSON"],
    ["a time that is none", { filter: { from: "yesterday" } }, "filter.from or filter.to is no time"],
    ["a query that can't be parsed", { filter: { query: "(" } }, "filter.query can't be parsed"],
    [
      "a cursor of another query",
      { filter: { query: "a" }, page: { cursor: "1|b" } },
      "page.cursor is of another query",
    ],
  ])("%s", async (_, body, problem) => {
    const { status, body: answer } = await ask("POST", SEARCH, body);
    expect(status).toBe(400);
    expect(answer.errors.join("; ")).toContain(problem);
  });

  test.each<[string, Record<string, string>, number]>([
    ["no API key", without("dd-api-key"), 401],
    ["no application key", without("dd-application-key"), 401],
    ["a wrong API key", { ...HEADERS, "dd-api-key": "x" }, 403],
    ["a wrong application key", { ...HEADERS, "dd-application-key": KEYS.apiKey }, 403],
    ["no type of the body", without("content-type"), 415],
  ])("%s", async (_, headers, status) => {
    expect(await ask("POST", SEARCH, {}, headers)).toMatchObject({ status });
  });

  test("a scope that is missing, a path that there is not, a parameter, and a body where none belongs", async () => {
    datadog.account.scopes = ["monitors_read"];
    expect(await ask("POST", SEARCH, {})).toMatchObject({ status: 403 });
    expect(await ask("GET", "/api/v3/validate")).toMatchObject({ status: 404 });
    expect(await ask("DELETE", "/api/v1/validate")).toMatchObject({ status: 404 });
    expect(await ask("GET", "/api/v1/validate?pretty=1")).toMatchObject({ status: 400 });
    expect(await ask("GET", "/api/v1/validate", {})).toMatchObject({ status: 400 });
    expect(await ask("GET", "/api/v1/validate")).toMatchObject({ status: 200, body: { valid: true } });
  });
});

test("each route wants a key, and says of a wrong one that it is wrong", async () => {
  for (const { method, path } of datadog.routes) {
    const address = path.replaceAll(/\{\w+\}/g, "x");
    const { status } = await ask(method, address, undefined, { "dd-api-key": "wrong" });
    expect(status, `${method} ${path}`).toBe(403);
  }
});
