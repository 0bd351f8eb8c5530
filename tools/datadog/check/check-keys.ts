import { openDatadogApi } from "../api-client.ts";
import { DatadogApiError } from "../api-error.ts";
import { SITES } from "../sites.ts";
import type { CheckContext } from "./context.ts";
import { looksLike } from "./key-form.ts";
import { seconds } from "./text.ts";

/** Is the API key one of this site? @returns whether it makes sense to go on */
export async function checkApiKey(context: CheckContext): Promise<boolean> {
  const { access, api, hops } = context;
  try {
    await new api.v1.AuthenticationApi(api.configuration).validate();
    hops.add("apiKey", "ok", `valid for ${access.site}`);
    return true;
  } catch (error) {
    if (!(error instanceof DatadogApiError)) throw error;
    if (error.kind !== "forbidden") {
      hops.add("apiKey", "failed", "could not be checked", error.message);
      return false;
    }
  }
  const other = await siteOfKey(context);
  const kind = looksLike(access.apiKey, "API key");
  if (other !== undefined) {
    hops.add(
      "apiKey",
      "failed",
      `not valid for ${access.site}, but for ${other}`,
      `Set DD_SITE=${other}, here and in the forwarder's settings.`,
    );
  } else if (kind !== undefined) {
    hops.add("apiKey", "failed", `not valid for ${access.site}: it looks like ${kind}`, ADVICE_ON_API_KEYS);
  } else {
    const where = access.isReplaced
      ? `${access.apiUrl}, which DD_API_URL names`
      : `${access.site}, nor for any other site`;
    hops.add("apiKey", "failed", `not valid for ${where}`, `${ADVICE_ON_API_KEYS} It may have been revoked.`);
  }
  return false;
}

const ADVICE_ON_API_KEYS =
  "Take an API key, 32 characters, from Organization Settings > API Keys: the key itself, not its id, and no application key.";

/** The other sites that say yes are asked at once, and briefly. Undefined: none, or none could be asked. */
async function siteOfKey(context: CheckContext): Promise<string | undefined> {
  const { access, signal, clock, apiUrlOf } = context;
  if (access.isReplaced) return undefined;
  const policy = { ...context.policy, maxAttempts: 1, requestTimeoutMs: 5_000, longestLimitMs: 0 };
  const others = SITES.map(({ site }) => site).filter((site) => site !== access.site);
  const answers = await Promise.all(
    others.map(async (site) => {
      const { v1, configuration } = await openDatadogApi(
        { ...access, site, apiUrl: apiUrlOf(site), appKey: undefined },
        { signal, clock, policy },
      );
      try {
        const { valid } = await new v1.AuthenticationApi(configuration).validate();
        return valid === true;
      } catch (error) {
        if (!(error instanceof DatadogApiError)) throw error;
        return false;
      }
    }),
  );
  return others[answers.indexOf(true)];
}

/** More, and logs may be searched for where they are not, or dropped for their time. */
const MAX_AHEAD_MS = 60_000;

/** By the `Date` of Datadog's last answer. */
export function checkClock({ aheadMs, hops }: CheckContext): void {
  const ahead = aheadMs();
  if (ahead === undefined) {
    hops.add("clock", "skipped", "Datadog's answer has no date");
    return;
  }
  // A date has whole seconds.
  const apart = Math.abs(ahead);
  if (apart <= MAX_AHEAD_MS) {
    hops.add("clock", "ok", apart < 1_500 ? "the same as Datadog's" : `${seconds(apart)} apart from Datadog's`);
    return;
  }
  hops.add(
    "clock",
    "failed",
    `this machine's is ${Math.round(apart / 1_000)} s ${ahead < 0 ? "ahead of" : "behind"} Datadog's`,
    "Set the clock (NTP). Datadog drops logs older than 18 hours or more than 2 hours ahead, shows others at the wrong time, and AWS refuses what is signed 5 minutes off.",
  );
}

/** Is there an application key, and is it valid? @returns whether a search makes sense */
export async function checkAppKey({ access, api, hops }: CheckContext): Promise<boolean> {
  if (access.appKey === undefined) {
    hops.add(
      "appKey",
      "failed",
      "there is none, so nothing can be searched",
      "Set DD_APP_KEY, or DD_APP_KEY_SECRET_ARN to the secret that holds it: an application key with the scopes logs_read_data and logs_read_config (Organization Settings > Application Keys).",
    );
    return false;
  }
  try {
    await new api.v2.KeyManagementApi(api.configuration).validateAPIKey();
    hops.add("appKey", "ok", "valid, together with the API key");
    return true;
  } catch (error) {
    if (!(error instanceof DatadogApiError)) throw error;
    if (error.kind === "notFound") {
      hops.add("appKey", "skipped", "this API can't check it; the search will tell");
      return true;
    }
    if (error.kind !== "forbidden") {
      hops.add("appKey", "failed", "could not be checked", error.message);
      return false;
    }
    const kind = looksLike(access.appKey, "application key");
    hops.add(
      "appKey",
      "failed",
      kind === undefined ? `not valid for ${access.site}` : `not valid for ${access.site}: it looks like ${kind}`,
      `Take an application key of the same organization as the API key, from Organization Settings > Application Keys: the key itself, not its id${access.isReplaced ? "" : `, and one of ${access.site}`}. It may have been revoked with its owner.`,
    );
    return false;
  }
}
