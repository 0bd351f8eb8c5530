import type { SidecarChanges } from "./agent-config.ts";

export interface GivenChanges {
  readonly flush?: string;
  readonly retryLimit?: string;
  readonly compress?: string;
  /** `key=value` each. */
  readonly options: readonly string[];
  /** Without a Fluent Bit there is nothing that knows other options. */
  readonly modelled: boolean;
}

/** Options of the output that are ours: what they do is known, to the model, too. */
const KNOWN = {
  retry_limit: "retryLimit",
  compress: "compress",
  "net.io_timeout": "ioTimeout",
} as const;
/** Options by which lines would go elsewhere, or not be known as those that were sent. */
const REFUSED: readonly string[] = ["name", "match", "host", "port", "tls", "apikey"];

/** What a run changes in every profile; one more problem for each text that is none. */
export function parseSidecarChanges(given: GivenChanges, problems: string[]): SidecarChanges {
  const known: { retryLimit?: string; compress?: string; ioTimeout?: string } = {
    ...(given.retryLimit !== undefined && { retryLimit: given.retryLimit }),
    ...(given.compress !== undefined && { compress: given.compress }),
  };
  const options: Record<string, string> = {};
  for (const text of given.options) {
    const [, key = "", value = ""] = text.match(/^([^=\s]+)=(\S.*)$/) ?? [];
    const lower = key.toLowerCase();
    if (key === "") problems.push(`--fluent-bit-option must be KEY=VALUE; it is "${text}".`);
    else if (REFUSED.includes(lower)) problems.push(`--fluent-bit-option: "${key}" is the comparison's own.`);
    else if (lower in KNOWN) known[KNOWN[lower as keyof typeof KNOWN]] = value;
    else if (given.modelled) problems.push(`--fluent-bit-option: the model has no "${key}"; it takes a Fluent Bit.`);
    else options[key] = value;
  }
  return {
    ...(given.flush !== undefined && { flushSeconds: flushOf(given.flush, problems) }),
    ...(known.retryLimit !== undefined && { retryLimit: retriesOf(known.retryLimit, problems) }),
    ...(known.compress !== undefined && { compress: isCompressed(known.compress, problems) }),
    ...(known.ioTimeout !== undefined && { ioTimeoutMs: timeoutOf(known.ioTimeout, problems) }),
    ...(Object.keys(options).length > 0 && { options }),
  };
}

function flushOf(text: string, problems: string[]): number {
  const seconds = Number(text);
  if (!(seconds >= 0.05 && seconds <= 60)) problems.push(`--flush must be from 0.05 to 60 seconds; it is "${text}".`);
  return seconds;
}

/** `no_limits` and `no_retries` as in https://docs.fluentbit.io/manual/administration/scheduling-and-retries (2026-11) */
function retriesOf(text: string, problems: string[]): number {
  if (/^(no_limits|false)$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^no_retries$/i.test(text)) return 0;
  if (!/^\d{1,4}$/.test(text)) problems.push(`--retry-limit must be a whole number, or no_limits; it is "${text}".`);
  return Number(text);
}

function isCompressed(text: string, problems: string[]): boolean {
  if (text !== "gzip" && text !== "off") problems.push(`--compress must be gzip or off; it is "${text}".`);
  return text === "gzip";
}

function timeoutOf(text: string, problems: string[]): number {
  const seconds = Number(text.replace(/s$/, ""));
  if (!(seconds > 0))
    problems.push(`--fluent-bit-option: net.io_timeout must be seconds, such as 10s; it is "${text}".`);
  return seconds * 1_000;
}
