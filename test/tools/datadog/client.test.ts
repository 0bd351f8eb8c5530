import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apiPlace, type DatadogAccess, openAccess } from "../../../tools/datadog/access.ts";
import { openDatadogApi } from "../../../tools/datadog/api-client.ts";
import { DatadogApiError } from "../../../tools/datadog/api-error.ts";
import { KeyError } from "../../../tools/datadog/keys.ts";
import { isRepeatable, OPERATIONS, operationOf } from "../../../tools/datadog/operations.ts";
import { API_POLICY, createTransport, type TransportOptions } from "../../../tools/datadog/transport.ts";
import { AWS_CREDENTIALS, type SecretServer, startSecrets } from "../../support/aws.ts";
import { type Fault, KEYS, limitRoute } from "../../support/datadog-api/account.ts";
import { type DatadogApi, startDatadogApi } from "../../support/datadog-api/server.ts";
import { manualClock } from "../../support/sends.ts";

let datadog: DatadogApi;
let clock: ReturnType<typeof manualClock>;
beforeEach(async () => {
  clock = manualClock();
  clock.nowMs = Date.UTC(2026, 10, 20);
  datadog = await startDatadogApi({ now: () => clock.nowMs });
});
afterEach(() => datadog.stop());

const VALIDATE = "/api/v1/validate";
const access = (): DatadogAccess => ({ ...KEYS, site: "datadoghq.eu", apiUrl: datadog.url, isReplaced: true });
const validate = async (changes: Partial<DatadogAccess> = {}, options: TransportOptions = {}) => {
  const { v1, configuration } = await openDatadogApi({ ...access(), ...changes }, { clock, ...options });
  return new v1.AuthenticationApi(configuration).validate();
};
const failureOf = async (answer: Promise<unknown>): Promise<DatadogApiError> => {
  const error = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof DatadogApiError)) throw new Error("it should have failed", { cause: error });
  return error;
};
const statuses = () => datadog.requests.map(({ status }) => status);

describe("the client", () => {
  test("sends both keys, and neither in the address", async () => {
    expect(await validate()).toMatchObject({ valid: true });
    const [{ headers, query } = { headers: {}, query: undefined }] = datadog.requests;
    expect(headers).toMatchObject({ "dd-api-key": KEYS.apiKey });
    expect(query).toEqual({});
  });

  test("takes no key from the environment behind our back", async () => {
    process.env.DD_APP_KEY = "of-the-environment";
    try {
      const { v2, configuration } = await openDatadogApi({ ...access(), appKey: undefined }, { clock });
      const failure = await failureOf(new v2.LogsApi(configuration).listLogs());
      expect(failure).toMatchObject({ kind: "forbidden", status: 401, scope: "logs_read_data" });
      expect(failure.message).toContain("set DD_APP_KEY or DD_APP_KEY_SECRET_ARN");
      expect(datadog.requests[0]?.headers["dd-application-key"]).toBeUndefined();
    } finally {
      delete process.env.DD_APP_KEY;
    }
  });
});

describe("a limit", () => {
  test("is waited for until it is lifted, and told to whoever waits", async () => {
    limitRoute(datadog.account, VALIDATE, 1, 60);
    const told: unknown[] = [];
    const onLimit = (...limit: unknown[]) => told.push(limit);
    const startMs = clock.nowMs;
    for (let i = 0; i < 3; i++) await validate({}, { onLimit });
    expect(statuses()).toEqual([200, 429, 200, 429, 200]);
    expect(told).toEqual([
      ["checking the API key", 61],
      ["checking the API key", 61],
    ]);
    expect(clock.nowMs - startMs).toBeGreaterThanOrEqual(120_000);
  });

  test("of an hour is not waited for", async () => {
    limitRoute(datadog.account, VALIDATE, 0, 3_600);
    const failure = await failureOf(validate());
    expect(failure).toMatchObject({ kind: "limited", status: 429 });
    expect(failure.message).toContain("Run it again in 3600 s");
    expect(statuses()).toEqual([429]);
  });

  test("that does not say when it ends is tried a few times", async () => {
    datadog.account.outage = { status: 429 };
    expect(await failureOf(validate({}, { policy: { budgetMs: 10_000 } }))).toMatchObject({ kind: "limited" });
    expect(datadog.requests.length).toBeGreaterThan(2);
  });
});

describe("errors", () => {
  test.each<[string, Fault]>([
    ["500", { status: 500 }],
    ["503", { status: 503 }],
    ["a connection that breaks", "reset"],
  ])("%s: tried again", async (_, fault) => {
    datadog.account.instead.push(fault, fault);
    expect(await validate()).toMatchObject({ valid: true });
    expect(datadog.requests).toHaveLength(3);
  });

  test("that go on end the trying, with all that is known", async () => {
    datadog.account.outage = { status: 503, errors: ["down for maintenance"] };
    const failure = await failureOf(validate());
    expect(failure).toMatchObject({ kind: "unavailable", status: 503, isUncertain: false });
    expect(failure.message).toContain("Datadog says: down for maintenance. Try again later");
    expect(datadog.requests).toHaveLength(API_POLICY.maxAttempts);
  });

  test("that nobody answers name the address, and what to check", async () => {
    datadog.account.outage = "silent";
    const failure = await failureOf(validate({}, { policy: { requestTimeoutMs: 50, maxAttempts: 2 } }));
    expect(failure).toMatchObject({ kind: "unreachable" });
    expect(failure.message).toContain(`No answer from ${datadog.url}`);
    expect(failure.message).toContain("not in time. Check DD_SITE (it is datadoghq.eu)");
    const { url } = datadog;
    await datadog.stop();
    expect((await failureOf(validate({ apiUrl: url }))).message).toContain("ECONNREFUSED");
  });

  test("400 is not tried again, and says what Datadog says", async () => {
    datadog.account.instead.push({ status: 400, errors: ["query is wrong"] });
    const failure = await failureOf(validate());
    expect(failure).toMatchObject({ kind: "invalid", errors: ["query is wrong"] });
    expect(datadog.requests).toHaveLength(1);
  });

  test("403 names the scope that is missing", async () => {
    datadog.account.scopes = ["logs_read_config"];
    const { v2, configuration } = await openDatadogApi(access(), { clock });
    const failure = await failureOf(new v2.LogsApi(configuration).listLogs());
    expect(failure).toMatchObject({ kind: "forbidden", status: 403, scope: "logs_read_data" });
    expect(failure.message).toContain("one of datadoghq.eu and have the scope logs_read_data");
  });

  test("never hold a key, even if Datadog repeats it", async () => {
    const errors = [`no such key: ${KEYS.apiKey}`, `nor ${KEYS.appKey}`];
    for (const status of [400, 403, 404, 503]) {
      datadog.account.outage = { status, errors };
      const failure = await failureOf(validate());
      const text = `${failure.message}${failure.stack}${JSON.stringify(failure)}`;
      expect(text).not.toContain(KEYS.apiKey);
      expect(text).not.toContain(KEYS.appKey);
    }
  });

  test("a POST that changes something is not sent twice, and the doubt is told", async () => {
    const send = createTransport(access(), { clock });
    const post = { method: "POST", url: `${datadog.url}/api/v1/something`, headers: {}, body: "{}" };
    for (const fault of [{ status: 502 }, "reset"] as const) {
      datadog.account.instead.push(fault);
      const failure = await failureOf(send(post));
      expect(failure.isUncertain).toBe(true);
      expect(failure.message).toContain("run the same command again, which looks first");
    }
    expect(datadog.requests).toHaveLength(2);
  });
});

test("whatever the answers, the pauses of a request keep within their budget, and each waits for its limit", async () => {
  const answers = fc.array(
    fc.oneof(
      fc.constantFrom<Fault>({ status: 500 }, { status: 503 }, "reset", { status: 429 }),
      fc.nat(200).map((seconds): Fault => ({ status: 429, headers: { "X-RateLimit-Reset": String(seconds) } })),
    ),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(answers, fc.double({ min: 0, max: 0.999, noNaN: true }), async (faults, chance) => {
      const pauses: number[] = [];
      const time = { now: () => 0, random: () => chance, sleep: async (ms: number) => void pauses.push(ms) };
      datadog.account.instead.splice(0, Number.POSITIVE_INFINITY, ...faults);
      await validate({}, { clock: time }).catch((error) => expect(error).toBeInstanceOf(DatadogApiError));
      expect(pauses.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(API_POLICY.budgetMs);
      for (const [i, ms] of pauses.entries()) {
        const fault = faults[i];
        const reset = typeof fault === "object" ? fault.headers?.["X-RateLimit-Reset"] : undefined;
        expect(ms).toBeGreaterThan(0);
        if (reset !== undefined) expect(ms).toBeGreaterThanOrEqual(Number(reset) * 1_000);
      }
    }),
    { numRuns: 40 },
  );
});

test("an interrupt ends a pause", async () => {
  const controller = new AbortController();
  const waits = { ...clock, sleep: async () => controller.abort(new Error("interrupted")) };
  datadog.account.outage = { status: 503 };
  await expect(validate({}, { clock: waits, signal: controller.signal })).rejects.toThrow("interrupted");
  expect(datadog.requests).toHaveLength(1);
});

describe("operations", () => {
  /** Whatever the placeholders are called. */
  const shapeOf = (path: string) => path.replaceAll(/\{\w+\}/g, "{}");

  test("have the scope that the API wants, each", () => {
    for (const { method, path, scope } of OPERATIONS) {
      const shape = shapeOf(path);
      const route = datadog.routes.find((one) => one.method === method && shapeOf(one.path) === shape);
      const needs = { undefined: "API key", "": "application key" }[String(scope)] ?? { scope };
      expect(route?.needs, `${method} ${path}`).toEqual(needs);
    }
  });

  test("are found by what a request asks for", () => {
    expect(operationOf("GET", VALIDATE)?.what).toBe("checking the API key");
    expect(operationOf("POST", VALIDATE)).toBeUndefined();
    expect(isRepeatable("POST", operationOf("POST", "/api/v2/logs/events/search"))).toBe(true);
    expect(isRepeatable("POST", undefined)).toBe(false);
    expect(isRepeatable("DELETE", undefined)).toBe(true);
  });
});

describe("settings", () => {
  test.each([
    ["a site that is an address", { DD_SITE: "https://datadoghq.eu" }, "DD_SITE must be"],
    ["an API that is no address", { DD_API_URL: "api.datadoghq.eu" }, "DD_API_URL must be"],
    ["a password in the API's address", { DD_API_URL: "https://a:secret-word@proxy" }, "DD_API_URL must be"],
  ])("%s is refused", (_, environment, problem) => {
    expect(() => apiPlace(environment)).toThrow(problem);
    expect(() => apiPlace(environment)).not.toThrow("secret-word");
  });
});

describe("keys by ARN", () => {
  const ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:datadog-AbCdEf";
  let secrets: SecretServer;
  beforeEach(async () => {
    secrets = await startSecrets(ARN, undefined);
    const environment = { ...AWS_CREDENTIALS, AWS_ENDPOINT_URL: secrets.endpoint };
    const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, environment);
    return async () => {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await secrets.stop();
    };
  });

  test("both, out of one secret", async () => {
    secrets.secret = JSON.stringify({ apiKey: "the-api-key", appKey: "the-app-key" });
    const keys = await openAccess({ DD_API_KEY_SECRET_ARN: ARN, DD_APP_KEY_SECRET_ARN: ARN });
    expect(keys).toMatchObject({ apiKey: "the-api-key", appKey: "the-app-key" });
  });

  test("an application key as the whole secret", async () => {
    secrets.secret = "the-app-key\n";
    expect(await openAccess({ DD_API_KEY: "a", DD_APP_KEY_SECRET_ARN: ARN })).toMatchObject({ appKey: "the-app-key" });
  });

  test("that can't be read: the place is told, and nothing of what is in it", async () => {
    const read = () => openAccess({ DD_API_KEY: "a", DD_APP_KEY_SECRET_ARN: ARN });
    await expect(read()).rejects.toThrow(KeyError);
    await expect(read()).rejects.toThrow(`application key ResourceNotFoundException: reading secret ${ARN} failed`);
    secrets.secret = JSON.stringify({ other: "hidden-value" });
    await expect(read()).rejects.toThrow("is JSON without appKey");
    await expect(read()).rejects.not.toThrow("hidden-value");
  });
});
