import { UsageError } from "../arguments.ts";
import { readKeys } from "./keys.ts";
import { apiUrlOf, DEFAULT_SITE } from "./sites.ts";

/** Where Datadog's API is, and who asks it. */
export interface DatadogAccess {
  readonly site: string;
  /** The site's API, or what stands in its place. */
  readonly apiUrl: string;
  /** Something stands in the API's place: no other site can be asked then. */
  readonly isReplaced: boolean;
  readonly apiKey: string;
  /** Undefined: only what the API key alone is enough for can be asked. */
  readonly appKey?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variables that all commands read, for their help. */
export const ACCESS_HELP = `Keys and site, from the environment:

  DD_API_KEY, or its secret's ARN or name in DD_API_KEY_SECRET_ARN, or its SSM
  parameter's name in DD_API_KEY_SSM_NAME
  DD_APP_KEY, or its secret's ARN or name in DD_APP_KEY_SECRET_ARN
  DD_SITE            such as datadoghq.eu (default ${DEFAULT_SITE})
  DD_API_URL         instead of https://api.<site>, such as a proxy's`;

/** @throws UsageError if a setting is wrong, KeyError if a key can't be read. */
export async function openAccess(environment: Environment): Promise<DatadogAccess> {
  const place = apiPlace(environment);
  return { ...place, ...(await readKeys(environment)) };
}

/** @throws UsageError */
export function apiPlace(environment: Environment): Pick<DatadogAccess, "site" | "apiUrl" | "isReplaced"> {
  const site = environment.DD_SITE?.trim().toLowerCase() || DEFAULT_SITE;
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(site)) {
    throw new UsageError("DD_SITE must be a site's host name alone, such as datadoghq.eu.");
  }
  const replaced = environment.DD_API_URL?.trim();
  if (!replaced) return { site, apiUrl: apiUrlOf(site), isReplaced: false };
  if (!/^https?:\/\//.test(replaced) || !URL.canParse(replaced) || new URL(replaced).username !== "") {
    throw new UsageError("DD_API_URL must be a URL without user and password, such as http://127.0.0.1:8080.");
  }
  return { site, apiUrl: replaced.replace(/\/+$/, ""), isReplaced: true };
}

/** The access, if it has an application key. @throws UsageError if it has none */
export function withAppKey(access: DatadogAccess): DatadogAccess & { readonly appKey: string } {
  const { appKey } = access;
  if (appKey !== undefined) return { ...access, appKey };
  throw new UsageError(
    "An application key is needed besides the API key: set DD_APP_KEY or DD_APP_KEY_SECRET_ARN (Organization Settings > Application Keys).",
  );
}
