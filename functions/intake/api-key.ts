import { isOver, nextMs, type Period, type Ticking } from "../clock.ts";
import { codeOf } from "../error-code.ts";
import { sdkAgents } from "../proxy-agent.ts";
import type { ApiKeyLocation } from "../settings/config.ts";
import type { ProxySettings } from "../settings/proxy.ts";

/** Says which place failed and how (a code), never what was in it. */
export class ApiKeyError extends Error {
  override readonly name = "ApiKeyError";
  /** Short, for the report: `api key ResourceNotFoundException`. */
  readonly reason: string;
  constructor(reason: string, detail: string) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
  }
}

export interface ApiKey {
  /**
   * The key, from memory while it is fresh. If a refresh fails, the old one: `onStale` is told.
   * @throws ApiKeyError if there is none yet and it can't be read.
   */
  readonly current: (onStale: (reason: string) => void) => Promise<string>;
  /** The key after the intake refused `refused`: read again, unless another request already did. */
  readonly renewed: (refused: string, onStale: (reason: string) => void) => Promise<string>;
}

export interface ApiKeyPolicy {
  readonly ttlMs: number;
  /** A key that was read less than this ago is not read again, however often the intake refuses it. */
  readonly minRefreshMs: number;
}

/** Keeps the key that `read` gives. Requests that ask at the same time share one read. */
export function cachedApiKey(read: () => Promise<string>, policy: ApiKeyPolicy, clock: Ticking): ApiKey {
  /** `fresh`: how long it is used. `settled`: how long it is not read again, even if it is refused. */
  let cached: { readonly value: string; readonly fresh: Period; readonly settled: Period } | undefined;
  let reading: Promise<string> | undefined;

  const refresh = () => {
    reading ??= read()
      .then((value) => {
        cached = { value, fresh: nextMs(clock, policy.ttlMs), settled: nextMs(clock, policy.minRefreshMs) };
        return value;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  const refreshOrKeep = async (kept: string, onStale: (reason: string) => void) => {
    try {
      return await refresh();
    } catch (error) {
      onStale(error instanceof ApiKeyError ? error.reason : "api key unreadable");
      // Asked again no sooner than after the shortest time, or an outage there would slow down every request here.
      const pause = nextMs(clock, policy.minRefreshMs);
      cached = { value: kept, fresh: pause, settled: pause };
      return kept;
    }
  };
  return {
    current: async (onStale) => {
      if (!cached) return refresh();
      return isOver(clock, cached.fresh) ? refreshOrKeep(cached.value, onStale) : cached.value;
    },
    renewed: async (refused, onStale) => {
      if (!cached) return refresh();
      const keep = cached.value !== refused || !isOver(clock, cached.settled);
      return keep ? cached.value : refreshOrKeep(cached.value, onStale);
    },
  };
}

/** Short, since a request waits for it and there is an old key or a store to fall back on. */
const clientSettings = (proxy: ProxySettings | undefined) => ({
  maxAttempts: 2,
  // Without the last the SDK only warns of a request without an answer, and waits on.
  requestHandler: {
    ...sdkAgents(proxy),
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
  },
});

/** Reads the key from where it lies. The SDK is loaded here and not before. @throws ApiKeyError */
export async function readApiKey(location: ApiKeyLocation, proxy?: ProxySettings): Promise<string> {
  if (location.kind === "literal") return checked(location.value, "the environment");
  const place = location.kind === "secret" ? `secret ${location.id}` : `parameter ${location.name}`;
  let text: string | undefined;
  try {
    text = await (location.kind === "secret" ? readSecret(location.id, proxy) : readParameter(location.name, proxy));
  } catch (error) {
    // Neither message nor cause: the SDK's errors carry the whole response.
    const code = codeOf(error);
    throw new ApiKeyError(`api key ${code}`, `reading ${place} failed. Does it exist, and may the function read it?`);
  }
  return checked(location.kind === "secret" ? keyInSecret(text, location, place) : text, place);
}

async function readSecret(id: string, proxy: ProxySettings | undefined): Promise<string | undefined> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({ ...clientSettings(proxy), ...regionOf(id) });
  return (await client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString;
}

async function readParameter(name: string, proxy: ProxySettings | undefined): Promise<string | undefined> {
  const { SSMClient, GetParameterCommand } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient({ ...clientSettings(proxy), ...regionOf(name) });
  return (await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }))).Parameter?.Value;
}

/** An ARN may point to another region; a plain name is in the function's own. */
function regionOf(idOrArn: string): { region?: string } {
  const [arn, , , region] = idOrArn.split(":");
  return arn === "arn" && region ? { region } : {};
}

const API_KEY_FIELDS = ["apiKey", "api_key", "DD_API_KEY"] as const;

/** A secret is the key itself, or JSON with the key in the field that is named, or in one of the usual ones. */
function keyInSecret(
  text: string | undefined,
  { field, usualFields = API_KEY_FIELDS }: Extract<ApiKeyLocation, { kind: "secret" }>,
  place: string,
): string | undefined {
  if (field === undefined && !text?.trimStart().startsWith("{")) return text;
  const names = field === undefined ? usualFields : [field];
  const fields = parsedFields(text, place);
  const key = names.map((name) => fields[name]).find((value) => typeof value === "string");
  if (key === undefined) throw new ApiKeyError("api key missing", `${place} is JSON without ${names.join(", ")}.`);
  return key as string;
}

function parsedFields(text: string | undefined, place: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below. The parser's message would show what is in the secret.
  }
  throw new ApiKeyError("api key malformed", `${place} is not a JSON object.`);
}

function checked(text: string | undefined, place: string): string {
  const key = text?.trim() ?? "";
  if (key === "") throw new ApiKeyError("api key empty", `${place} holds no text.`);
  // Anything else could not stand in a header.
  if (!/^[\x21-\x7e]+$/.test(key)) throw new ApiKeyError("api key malformed", `${place} holds characters no key has.`);
  return key;
}
