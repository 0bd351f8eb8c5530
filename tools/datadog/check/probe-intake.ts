import { compressed } from "../../../functions/compression.ts";
import { createPost } from "../../../functions/intake/post.ts";
import type { Answer } from "../../../functions/intake/send.ts";
import type { Encoding, Payload } from "../../../functions/records/payload.ts";
import type { Config } from "../../../functions/settings/config.ts";
import { VERSION } from "../../../functions/version.ts";
import type { CheckContext } from "./context.ts";

/**
 * Nothing to index: Datadog's agent sends the same to see whether it gets through.
 * https://github.com/DataDog/datadog-agent/blob/main/pkg/logs/client/http/destination.go (2026-11)
 */
const EMPTY_LOG = Buffer.from("{}");
const ATTEMPTS = 3;
const PAUSE_MS = 500;

/** Is the intake within reach, and does it take zstd? @returns whether it makes sense to send a log */
export async function checkIntake({ access, hops, clock }: CheckContext, config: Config): Promise<boolean> {
  const { host, port, tls } = config.intake;
  const where = `${tls ? "https" : "http"}://${host}${port === (tls ? 443 : 80) ? "" : `:${port}`}`;
  const post = createPost({ ...config.intake, proxy: config.proxy, version: VERSION, maxConnections: 1 }, clock);
  const ask = async (encoding: Encoding): Promise<{ answer: Answer; ms: number }> => {
    const call = { deadlineMs: Number.POSITIVE_INFINITY, countRequest: () => undefined, note: () => undefined };
    for (let attempt = 1; ; attempt++) {
      const startMs = clock.monotonicMs();
      const answer = await post(emptyPayload(encoding, config), access.apiKey, config.requestTimeoutMs, call);
      const isLast = answer.status !== "retryable" || attempt >= ATTEMPTS;
      if (isLast) return { answer, ms: Math.round(clock.monotonicMs() - startMs) };
      await clock.sleep(PAUSE_MS * attempt);
    }
  };

  const asZstd = await ask("zstd");
  if (asZstd.answer.status === "delivered") {
    hops.add("intake", "ok", `${where} answers in ${asZstd.ms} ms, takes zstd`);
    return true;
  }
  const asGzip = asZstd.answer.status === "rejected" ? await ask("gzip") : asZstd;
  if (asGzip.answer.status === "delivered") {
    const said = `${where} answers in ${asGzip.ms} ms, takes gzip, but no zstd (${reasonOf(asZstd.answer)})`;
    const advice = "Set DD_COMPRESSION=gzip: the forwarder finds it out by itself, but sends its first body twice.";
    hops.add("intake", "ok", said, ...(config.compression.encoding === "zstd" ? [advice] : []));
    return true;
  }
  hops.add(
    "intake",
    "failed",
    `${where} answers "${reasonOf(asGzip.answer)}"`,
    adviceOn(asGzip.answer, where, access.site),
  );
  return false;
}

function emptyPayload(encoding: Encoding, config: Config): Payload {
  const body = compressed(EMPTY_LOG, encoding, config.compression);
  return { body, encoding, entryCount: 1, rawBytes: EMPTY_LOG.length, firstEventMs: 0, lastEventMs: 0 };
}

const reasonOf = (answer: Answer) => (answer.status === "delivered" ? "ok" : answer.reason);

/** What to do about an answer of the intake, by the forwarder's own reason for it. */
export function adviceOn(answer: Answer, where: string, site: string): string {
  const reason = reasonOf(answer);
  if (answer.status === "unauthorized" || /^http 40[13]$/.test(reason)) {
    return `${where} does not take the API key: is it the intake of ${site}? Without DD_URL it is http-intake.logs.${site}.`;
  }
  if (/^proxy|http 407/.test(reason)) return "The proxy refuses: check user and password in HTTPS_PROXY.";
  if (/^connection|^timeout|^no answer/.test(reason)) {
    return `Nobody answers at ${where}: check DD_SITE, DD_URL, DD_PORT and DD_NO_SSL, the way out of this network (a firewall?), and the proxy (HTTPS_PROXY).`;
  }
  if (reason === "http 429" || /^http 5/.test(reason))
    return "Try again later; https://status.datadoghq.com tells of outages.";
  return `What answers at ${where} is no log intake: check DD_URL and DD_PORT.`;
}
