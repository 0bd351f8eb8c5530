import { ApiKeyError, readApiKey } from "../../functions/intake/api-key.ts";
import { type ApiKeyLocation, apiKeyLocation } from "../../functions/settings/config.ts";
import { ENV } from "../../functions/settings/environment.ts";
import { proxySettings } from "../../functions/settings/proxy.ts";
import { UsageError } from "../arguments.ts";

export interface Keys {
  readonly apiKey: string;
  readonly appKey?: string;
}

/** A key can't be had from where it is said to be. The message names the place, never what is in it. */
export class KeyError extends Error {
  override readonly name = "KeyError";
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Fields of a secret that is JSON; it may be the API key's, too. */
const APP_KEY_FIELDS = ["appKey", "app_key", "applicationKey", "DD_APP_KEY"];

/** Both keys. The API key is looked for where the forwarder looks. @throws UsageError if none is set, KeyError */
export async function readKeys(environment: Environment): Promise<Keys> {
  const apiKeyAt = apiKeyLocation(environment);
  if (!apiKeyAt) {
    throw new UsageError(
      `No API key: set ${ENV.apiKey}, or ${ENV.apiKeySecretArn} to the secret that holds it (Organization Settings > API Keys).`,
    );
  }
  const appKeyAt = appKeyLocation(environment);
  const [apiKey, appKey] = await Promise.all([
    readKey("API key", apiKeyAt, environment),
    appKeyAt && readKey("application key", appKeyAt, environment),
  ]);
  return { apiKey, ...(appKey !== undefined && { appKey }) };
}

function appKeyLocation(environment: Environment): ApiKeyLocation | undefined {
  const id = environment.DD_APP_KEY_SECRET_ARN?.trim();
  if (id) return { kind: "secret", id, usualFields: APP_KEY_FIELDS };
  const value = environment.DD_APP_KEY?.trim();
  return value ? { kind: "literal", value } : undefined;
}

async function readKey(what: string, at: ApiKeyLocation, environment: Environment): Promise<string> {
  const proxy = proxySettings(environment, (name, allowed) => {
    throw new UsageError(`${name} must be ${allowed}.`);
  });
  try {
    return await readApiKey(at, proxy);
  } catch (error) {
    if (!(error instanceof ApiKeyError)) throw error;
    const said = error.message.replace(/^api key/, what).replace("may the function read it", "may you read it");
    throw new KeyError(said);
  }
}
