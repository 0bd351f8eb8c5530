import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { cachedApiKey, readApiKey } from "../../functions/intake/api-key.ts";
import { AWS_CREDENTIALS, type SecretServer, startSecrets } from "../support/aws.ts";
import { manualClock } from "../support/sends.ts";

const policy = { ttlMs: 300_000, minRefreshMs: 1_000 };
const ignore = () => undefined;

/** A place whose key changes or fails as the test says; counts the reads. */
function place() {
  const state = { value: "k1", reads: 0, error: undefined as Error | undefined };
  const read = async () => {
    state.reads += 1;
    if (state.error) throw state.error;
    return state.value;
  };
  return { state, read };
}

describe("the cached key", () => {
  test("is read once while it is fresh, however many ask at the same time", async () => {
    const { state, read } = place();
    const clock = manualClock();
    const key = cachedApiKey(read, policy, clock);
    expect(await Promise.all([key.current(ignore), key.current(ignore)])).toEqual(["k1", "k1"]);
    clock.nowMs += policy.ttlMs - 1;
    await key.current(ignore);
    expect(state.reads).toBe(1);
  });

  test("is read again when it is too old, also if the clock was set back meanwhile", async () => {
    const { state, read } = place();
    const clock = manualClock();
    let skewMs = 0;
    const key = cachedApiKey(read, policy, { ...clock, now: () => clock.nowMs + skewMs, monotonicMs: clock.now });
    await key.current(ignore);
    state.value = "k2";
    skewMs = -3_600_000;
    clock.nowMs += policy.ttlMs;
    expect(await key.current(ignore)).toBe("k2");
  });

  test("is read again when it is too old", async () => {
    const { state, read } = place();
    const clock = manualClock();
    const key = cachedApiKey(read, policy, clock);
    await key.current(ignore);
    state.value = "k2";
    clock.nowMs += policy.ttlMs;
    expect(await key.current(ignore)).toBe("k2");
  });

  test("stays in use while it can't be read again, and that is told", async () => {
    const { state, read } = place();
    const clock = manualClock();
    const key = cachedApiKey(read, policy, clock);
    await key.current(ignore);
    state.error = new Error("down");
    clock.nowMs += policy.ttlMs;
    const told: string[] = [];
    expect(await key.current((reason) => told.push(reason))).toBe("k1");
    expect(told).toEqual(["api key unreadable"]);
    // Not asked again with every request.
    await key.current((reason) => told.push(reason));
    expect(state.reads).toBe(2);
    state.error = undefined;
    state.value = "k2";
    clock.nowMs += policy.minRefreshMs;
    expect(await key.current(ignore)).toBe("k2");
  });

  test("fails while there is none at all, and is asked for again", async () => {
    const { state, read } = place();
    const key = cachedApiKey(read, policy, manualClock());
    state.error = new Error("down");
    await expect(key.current(ignore)).rejects.toThrow("down");
    state.error = undefined;
    expect(await key.current(ignore)).toBe("k1");
  });

  test("is read at once when the intake refused it, but not for each of several refusals", async () => {
    const { state, read } = place();
    const clock = manualClock();
    const key = cachedApiKey(read, policy, clock);
    await key.current(ignore);
    clock.nowMs += policy.minRefreshMs;
    state.value = "k2";
    expect(await Promise.all([key.renewed("k1", ignore), key.renewed("k1", ignore)])).toEqual(["k2", "k2"]);
    expect(await key.renewed("k1", ignore)).toBe("k2");
    expect(await key.renewed("k2", ignore)).toBe("k2");
    expect(state.reads).toBe(2);
  });
});

describe("reading the key", () => {
  let secrets: SecretServer;
  beforeAll(async () => {
    secrets = await startSecrets("dd-key", "abc");
    for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
    vi.stubEnv("AWS_ENDPOINT_URL", secrets.endpoint);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await secrets.stop();
  });

  test.each([
    ["plain", "abc"],
    ["with space around it", " abc\n"],
    ["apiKey in JSON", '{"apiKey":"abc"}'],
    ["api_key in JSON", '{"api_key":"abc","other":1}'],
    ["DD_API_KEY in JSON", '{"DD_API_KEY":"abc"}'],
  ])("takes a secret that is %s", async (_form, secret) => {
    secrets.secret = secret;
    expect(await readApiKey({ kind: "secret", id: "dd-key" })).toBe("abc");
  });

  test("takes the field that is named, and no other", async () => {
    secrets.secret = '{"apiKey":"other","datadog":"abc"}';
    expect(await readApiKey({ kind: "secret", id: "dd-key", field: "datadog" })).toBe("abc");
  });

  test.each([
    ["a JSON object without it", '{"apiKey":"s3cret"}', "api key missing"],
    ["no JSON", "s3cret", "api key malformed"],
    ["JSON, but no object", '"s3cret"', "api key malformed"],
  ])("refuses a named field of a secret that is %s, and does not repeat it", async (_form, secret, reason) => {
    secrets.secret = secret;
    const error = await readApiKey({ kind: "secret", id: "dd-key", field: "datadog" }).catch((e) => e);
    expect(error).toMatchObject({ name: "ApiKeyError", reason });
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("s3cret");
  });

  test("takes an SSM parameter, decrypted", async () => {
    secrets.secret = "abc";
    expect(await readApiKey({ kind: "parameter", name: "dd-key" })).toBe("abc");
  });

  test.each([
    ["JSON without the key", '{"token":"s3cret"}', "api key missing"],
    ["broken JSON", '{"apiKey":"s3cret', "api key malformed"],
    ["empty", "  ", "api key empty"],
    ["what no header can hold", "s3cret\nX: y", "api key malformed"],
  ])("refuses a secret that is %s, and does not repeat it", async (_form, secret, reason) => {
    secrets.secret = secret;
    const error = await readApiKey({ kind: "secret", id: "dd-key" }).catch((e) => e);
    expect(error).toMatchObject({ name: "ApiKeyError", reason });
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("s3cret");
  });

  test.each([
    ["secret", { kind: "secret", id: "no-such" }, "api key ResourceNotFoundException"],
    ["parameter", { kind: "parameter", name: "no-such" }, "api key ParameterNotFound"],
  ] as const)("says that there is no such %s", async (_kind, location, reason) => {
    await expect(readApiKey(location)).rejects.toMatchObject({ name: "ApiKeyError", reason });
  });
});
