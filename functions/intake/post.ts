import type http from "node:http";
import { builtin } from "../builtin.ts";
import { isOver, nextMs, type Period, type Ticking } from "../clock.ts";
import { proxyAgent } from "../proxy-agent.ts";
import type { Payload } from "../records/payload.ts";
import type { ProxySettings } from "../settings/proxy.ts";
import type { Answer, Call } from "./send.ts";

export interface Intake {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** What the intake records as the sender's version. */
  readonly version: string;
  readonly maxConnections: number;
  /** The intake adds the tags of the log group, which it reads in AWS itself. */
  readonly addsLogGroupTags: boolean;
  /** Undefined: it is reached directly. */
  readonly proxy?: ProxySettings;
}

/** One attempt, one request. Never throws: what goes wrong is an answer. */
export type Post = (payload: Payload, apiKey: string, timeoutMs: number, call: Call) => Promise<Answer>;

/**
 * Connections idle for longer are not trusted: a sandbox may have been frozen meanwhile, and the peer, or a NAT
 * gateway on the way, may have forgotten them. Some drop packets silently, which would cost a whole timeout.
 */
const MAX_IDLE_MS = 20_000;

/** A used connection that is reset sooner than this after a request began had died before it. */
const STALE_WITHIN_MS = 1_000;

/** `POST /api/v2/logs` over kept-alive connections. https://docs.datadoghq.com/api/latest/logs/#send-logs */
export function createPost(intake: Intake, clock: Ticking): Post {
  const { request, Agent } = intake.tls ? builtin("node:https") : builtin("node:http");
  const connections = { keepAlive: true, maxSockets: intake.maxConnections };
  const agent = intake.proxy ? proxyAgent(intake.tls, intake.proxy, connections) : new Agent(connections);
  const trusted = new WeakMap<object, Period>();
  agent.on("free", (socket: object) => trusted.set(socket, nextMs(clock, MAX_IDLE_MS)));

  function attempt(payload: Payload, apiKey: string, timeoutMs: number): Promise<Answer | "stale"> {
    return new Promise((resolve) => {
      const settle = (result: Answer | "stale" = { status: "retryable", reason: "no answer" }) => {
        clearTimeout(timer);
        resolve(result);
      };
      const req = request({
        agent,
        host: intake.host,
        port: intake.port,
        method: "POST",
        path: "/api/v2/logs",
        headers: {
          "DD-API-KEY": apiKey,
          "Content-Type": "application/json",
          "Content-Encoding": payload.encoding,
          "Content-Length": payload.body.length,
          // Names that Datadog's forwarder sends too.
          "DD-EVP-ORIGIN": "sidecarless",
          "DD-EVP-ORIGIN-VERSION": intake.version,
          ...(intake.addsLogGroupTags && { "DD-STORAGE-TAG": "cloudwatch" }),
        },
      });
      const startMs = clock.monotonicMs();
      let answer: Answer | undefined;
      const timer = setTimeout(() => {
        // At once: a request that waits for a proxy to connect does not tell of its end.
        settle(answer ?? { status: "retryable", reason: "timeout" });
        req.destroy();
      }, timeoutMs);
      req.on("response", (response) => {
        // The status decides. The rest is read only so that the connection can be used again.
        answer = answerTo(response.statusCode ?? 0, response.headers["retry-after"], clock.now());
        response.on("error", () => req.destroy());
        response.on("close", () => settle(answer));
        response.resume();
      });
      req.on("error", (error: NodeJS.ErrnoException & { statusCode?: number }) => {
        if (answer) settle(answer);
        else if (
          req.reusedSocket &&
          clock.monotonicMs() - startMs < STALE_WITHIN_MS &&
          LOST_CONNECTION.has(error.code ?? "")
        ) {
          settle("stale");
        }
        // It refuses to connect, or can't.
        else if (error.code === "ERR_PROXY_TUNNEL" && error.statusCode) {
          settle({ status: "retryable", reason: `proxy http ${error.statusCode}` });
        }
        // Codes only: a message could hold what the peer sent.
        else settle({ status: "retryable", reason: `connection ${error.code ?? error.name}` });
      });
      // Not every end is an answer or an error: an answer 101 is neither.
      req.on("close", () => settle(answer));
      req.end(payload.body);
    });
  }

  return async (payload, apiKey, timeoutMs, call) => {
    const endMs = clock.monotonicMs() + timeoutMs;
    closeIdle(agent, (socket) => {
      const period = trusted.get(socket);
      return period === undefined || isOver(clock, period);
    });
    for (;;) {
      call.countRequest(payload.body.length);
      const answer = await attempt(payload, apiKey, Math.max(1, endMs - clock.monotonicMs()));
      if (answer !== "stale") return answer;
      // All idle ones may be as old. A new connection can't be stale, so this ends.
      call.note("stale connection");
      closeIdle(agent, () => true);
    }
  };
}

const LOST_CONNECTION = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED"]);

function closeIdle(agent: http.Agent, tooOld: (socket: object) => boolean): void {
  for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
    if (tooOld(socket)) socket.destroy();
  }
}

/** The one table that decides. https://docs.datadoghq.com/api/latest/logs/#send-logs (2026-11) */
function answerTo(status: number, retryAfter: string | undefined, now: number): Answer {
  const reason = `http ${status}`;
  if (status >= 200 && status < 300) return { status: "delivered" };
  if (status === 401 || status === 403) return { status: "unauthorized", reason };
  if (status === 413) return { status: "tooLarge", reason };
  // 407 is a proxy's, on the way to an intake without TLS: it wants a password, which a person can mend.
  if (status === 407 || status === 408 || status === 429 || status >= 500) {
    return { status: "retryable", reason, retryAfterMs: parseRetryAfter(retryAfter, now) };
  }
  return { status: "rejected", reason };
}

/** Milliseconds to wait, from either form of the header: seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
  // Dates begin with the day's name; Date.parse would take much else for one, "-5" for a year.
  const date = /^\s*[A-Z][a-z]{2}/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
