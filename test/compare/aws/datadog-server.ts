import http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A log as Datadog keeps it: a JSON line taken apart into attributes, other text as the message. */
export interface IndexedLog {
  readonly service: string;
  readonly atMs: number;
  readonly message?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface DatadogServer {
  readonly url: string;
  readonly logs: IndexedLog[];
  /** Answers instead of results, request by request; `silent` is none at all. */
  readonly instead: (
    | { readonly status: number; readonly headers?: Record<string, string> }
    | "silent"
    | "search timeout"
  )[];
  readonly queries: string[];
  requests: number;
  /** Told of each request before it is answered. */
  onRequest?: () => void;
  readonly stop: () => Promise<void>;
}

export const ACCESS = { apiKey: "api-key-of-the-test", appKey: "app-key-of-the-test", site: "datadoghq.eu" };
/** Of the API; here a page is smaller, so that there are some. */
const MAX_LIMIT = 1_000;
const PAGE = 3;

type Answer = readonly [status: number, body: unknown];
const errors = (status: number, ...messages: string[]): Answer => [status, { errors: messages }];

/** Log search, strict about what it is sent. https://docs.datadoghq.com/api/latest/logs/#search-logs (2026-11) */
export async function startDatadog(): Promise<DatadogServer> {
  const server = http.createServer(async (request, response) => {
    const body = await text(request);
    state.requests += 1;
    state.onRequest?.();
    const instead = state.instead.shift();
    if (instead === "silent") return;
    const replaced = typeof instead === "object" ? instead : undefined;
    const [status, answer] = replaced
      ? errors(replaced.status, "planned")
      : search(state, request, body, instead === "search timeout");
    response.writeHead(status, { "content-type": "application/json", ...replaced?.headers });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const state: DatadogServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logs: [],
    instead: [],
    queries: [],
    requests: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}

interface SearchBody {
  readonly filter?: { readonly query?: string; readonly from?: string; readonly to?: string };
  readonly sort?: string;
  readonly page?: { readonly limit?: number; readonly cursor?: string };
}

function search(
  { logs, queries }: DatadogServer,
  { method, url, headers }: http.IncomingMessage,
  text: string,
  timedOut: boolean,
): Answer {
  if (method !== "POST" || url !== "/api/v2/logs/events/search") return errors(404, "Not Found");
  if (headers["dd-api-key"] !== ACCESS.apiKey) return errors(401, "Unauthorized");
  if (headers["dd-application-key"] !== ACCESS.appKey) return errors(403, "Forbidden");
  if (!/^application\/json\b/.test(headers["content-type"] ?? "")) return errors(400, "Content-Type");
  const { filter = {}, sort, page = {}, ...others } = JSON.parse(text) as SearchBody;
  const { query = "*", from = "", to } = filter;
  const { limit = 10, cursor } = page;
  const service = /^service:([\w-]+)$/.exec(query)?.[1];
  if (service === undefined || !/^\d{13}$/.test(from) || to !== "now") return errors(400, "filter");
  if (limit < 1 || limit > MAX_LIMIT) return errors(400, "page.limit");
  if (sort !== "timestamp" || Object.keys(others).length > 0) return errors(400, "sort");
  // A cursor goes on with one query, and no other.
  const [start, ofQuery] = cursor === undefined ? ["0", query] : cursor.split("|");
  if (ofQuery !== query) return errors(400, "page.cursor");
  queries.push(query);
  const found = logs.filter((log) => log.service === service && log.atMs >= Number(from));
  const first = Number(start);
  const data = found
    .slice(first, first + Math.min(limit, PAGE))
    .map(({ atMs, service: name, message, attributes }, i) => ({
      id: `AQ${first + i}`,
      type: "log",
      attributes: {
        timestamp: new Date(atMs).toISOString(),
        service: name,
        status: "info",
        tags: [],
        ...(message !== undefined && { message }),
        attributes: { ...attributes },
      },
    }));
  const next = first + data.length;
  const meta = {
    elapsed: 3,
    request_id: "r",
    status: timedOut ? "timeout" : "done",
    ...(next < found.length && { page: { after: `${next}|${query}` } }),
  };
  return [200, { data, meta }];
}
