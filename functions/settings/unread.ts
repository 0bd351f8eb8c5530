import { ENV, NETWORK_ENV, RULE_ENV } from "./environment.ts";

const READ = new Set<string>([ENV, RULE_ENV, NETWORK_ENV].flatMap((names) => Object.values(names)));

/** Prefixes of what is meant for a forwarder, and what a Python program reads about its network. */
const MEANT = /^(?:DD_|SIDECARLESS_)|^(?:ALL_PROXY|all_proxy|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|AWS_CA_BUNDLE)$/;

/** Names of variables that are set, that look as if they were meant for the functions here, and that none reads. */
export const unreadNames = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(environment).filter((name) => MEANT.test(name) && !READ.has(name) && environment[name]?.trim());
