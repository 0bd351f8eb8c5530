import { ENV, NETWORK_ENV } from "../../functions/settings/environment.ts";
import { settingVerdict } from "./becomes.ts";
import { type Environment, isTrue, type Judge, notNeeded, notTakenOver, type Verdict } from "./verdict.ts";

/** Those that name a proxy, the first that counts first. */
const PROXIES = [NETWORK_ENV.httpsProxy, "DD_HTTP_PROXY_URL", "all_proxy", "ALL_PROXY", NETWORK_ENV.httpProxy] as const;

type Proxy = (typeof PROXIES)[number];

export function judgeProxy(name: Proxy): Judge {
  return (value, environment) => {
    const first = proxyIn(environment);
    if (first === name) return proxyVerdict(value);
    return notNeeded(
      first ? `${first} goes before it.` : `It is for plain HTTP. For HTTPS, ${NETWORK_ENV.httpsProxy} counts.`,
    );
  };
}

/** Means something only beside a proxy that is in the settings file. */
export const judgeNoProxy: Judge = (value, environment) => {
  const proxy = proxyIn(environment);
  if (!proxy) return notNeeded("There is no proxy.");
  return proxyVerdict(environment[proxy] ?? "").fate === "setting"
    ? settingVerdict("noProxy", value)
    : notTakenOver("The proxy is not in the settings file, so this can't be: -c noProxy=… with it.");
};

function proxyIn(environment: Environment): Proxy | undefined {
  return PROXIES.find(
    (name) => environment[name] && (name !== NETWORK_ENV.httpProxy || isTrue(environment[ENV.noSsl])),
  );
}

function proxyVerdict(value: string): Verdict {
  return /\/\/[^/]*@/.test(value)
    ? notTakenOver(
        "It holds a user and a password, which should stand in no file. Give it at each deployment: -c proxyUrl=…",
      )
    : settingVerdict("proxyUrl", value);
}
