/**
 * A local stand-in for Datadog's API and intake, written from Datadog's OpenAPI documents
 * (https://github.com/DataDog/datadog-api-client-typescript/tree/master/.generator/schemas, 2026-11), and strict: unknown
 * fields, wrong types, parameters that there are not, wrong or missing keys and headers are refused.
 *
 * To add a resource: a file in `routes/` that exports a function of the account, which returns its `routes` (see `route.ts`)
 * beside whatever a test wants to see or set of it, and a line in `startDatadogApi`.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { type Account, type Fault, newAccount } from "./account.ts";
import { type Answer, type Route, refused } from "./route.ts";
import { dashboards } from "./routes/dashboards.ts";
import { keyRoutes } from "./routes/keys.ts";
import { logArchives } from "./routes/log-archives.ts";
import { logIndexes } from "./routes/log-indexes.ts";
import { logPipelines } from "./routes/log-pipelines.ts";
import { logs } from "./routes/logs.ts";
import { monitors } from "./routes/monitors.ts";
import { problemsOf } from "./schema.ts";

export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Of the route; undefined if there is none. */
  readonly route?: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** 0: it got no answer. */
  readonly status: number;
}

export type DatadogApi = Awaited<ReturnType<typeof startDatadogApi>>;

/** @param changes of the account, from the start */
export async function startDatadogApi(changes: Partial<Account> = {}) {
  const account: Account = { ...newAccount(), ...changes };
  const indexes = logIndexes();
  const resources = {
    indexes,
    logs: logs(account, indexes),
    pipelines: logPipelines(),
    archives: logArchives(),
    dashboards: dashboards(account),
    monitors: monitors(account),
  };
  const routes = [...keyRoutes, ...Object.values(resources).flatMap((resource) => resource.routes)];
  const requests: SeenRequest[] = [];
  const hooks: { onRequest?: (request: Pick<SeenRequest, "method" | "path">) => void } = {};

  const server = http.createServer({ requireHostHeader: true }, async (request, response) => {
    const bytes = await buffer(request);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://local");
    const method = request.method ?? "";
    const path = decodeURI(pathname);
    const found = routeOf(routes, method, pathname);
    const query = Object.fromEntries(searchParams);
    const seen = { method, path, route: found?.route.path, query, headers: request.headers, bytes };
    hooks.onRequest?.(seen);
    const fault = account.instead.shift() ?? account.outage;
    const answer = await answerTo(
      account,
      found,
      { ...seen, repeated: [...searchParams.keys()].length !== Object.keys(query).length },
      fault,
    );
    requests.push({ ...seen, status: typeof answer === "string" ? 0 : answer.status });
    if (answer === "silent") return;
    if (answer === "reset") {
      request.socket.destroy();
      return;
    }
    const { status, body, headers } = answer;
    response.writeHead(status, {
      date: new Date(account.now() + account.clockAheadMs).toUTCString(),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...resources,
    account,
    routes,
    /** All that came, in turn. */
    requests,
    hooks,
    port,
    url: `http://127.0.0.1:${port}`,
    /** For a command: the keys, the API's address, and the intake's, which is the same. */
    environment: (): Record<string, string> => ({
      DD_API_KEY: account.apiKey,
      ...(account.appKey !== undefined && { DD_APP_KEY: account.appKey }),
      DD_API_URL: `http://127.0.0.1:${port}`,
      DD_URL: "127.0.0.1",
      DD_PORT: String(port),
      DD_NO_SSL: "true",
    }),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

function routeOf(routes: readonly Route[], method: string, path: string): Found | undefined {
  const parts = path.split("/");
  // A path without a placeholder is meant before one with: /monitor/search is not the monitor "search".
  const byPlaceholders = routes.toSorted((a, b) => a.path.split("{").length - b.path.split("{").length);
  for (const route of byPlaceholders) {
    const expected = route.path.split("/");
    if (route.method !== method || expected.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = expected.every((part, i) => {
      const is = parts[i] ?? "";
      if (!part.startsWith("{")) return part === is;
      params[part.slice(1, -1)] = decodeURIComponent(is);
      return is !== "";
    });
    if (fits) return { route, params };
  }
  return undefined;
}

type Incoming = Pick<SeenRequest, "method" | "path" | "query" | "headers" | "bytes"> & { readonly repeated: boolean };

async function answerTo(
  account: Account,
  found: Found | undefined,
  incoming: Incoming,
  fault: Fault | undefined,
): Promise<Answer | "silent" | "reset"> {
  if (fault === "silent" || fault === "reset") return fault;
  if (typeof fault === "object")
    return { ...refused(fault.status, ...(fault.errors ?? ["planned"])), headers: fault.headers };
  if (!found) return refused(404, "Not found");
  const { route, params } = found;
  const wrong =
    wrongKey(account, route, incoming.headers) ?? overLimit(account, route) ?? wrongRequest(route, incoming);
  if (wrong) return wrong;
  const { query, headers, bytes } = incoming;
  const body = route.body ? JSON.parse(bytes.toString("utf8")) : undefined;
  const answer = await route.answer({ params, query, body, bytes, headers: headers as Record<string, string> });
  return fault === "lostAnswer"
    ? "reset"
    : { ...answer, headers: { ...limitHeaders(account, route), ...answer.headers } };
}

function wrongKey(
  { apiKey, appKey, scopes }: Account,
  { needs }: Route,
  headers: http.IncomingHttpHeaders,
): Answer | undefined {
  const [key, application] = [headers["dd-api-key"], headers["dd-application-key"]];
  if (key === undefined) return refused(401, "Unauthorized");
  if (key !== apiKey) return refused(403, "Forbidden");
  if (needs === "API key") return undefined;
  if (application === undefined) return refused(401, "Unauthorized");
  if (appKey === undefined || application !== appKey) return refused(403, "Forbidden");
  if (typeof needs === "string" || scopes === undefined || scopes.includes(needs.scope)) return undefined;
  return refused(403, "Forbidden", "Failed permission authorization checks");
}

/** https://docs.datadoghq.com/api/latest/rate-limits/ (2026-11) */
function overLimit(account: Account, route: Route): Answer | undefined {
  const limit = account.limits.get(route.path);
  if (!limit) return undefined;
  if (account.now() >= limit.resetAtMs) {
    limit.left = limit.limit;
    limit.resetAtMs = account.now() + limit.periodSeconds * 1_000;
  }
  if (limit.left === 0) return { ...refused(429, "Too many requests"), headers: limitHeaders(account, route) };
  limit.left -= 1;
  return undefined;
}

function limitHeaders(account: Account, { path }: Route): Record<string, string> {
  const limit = account.limits.get(path);
  if (!limit) return {};
  return {
    "X-RateLimit-Limit": String(limit.limit),
    "X-RateLimit-Period": String(limit.periodSeconds),
    "X-RateLimit-Remaining": String(limit.left),
    "X-RateLimit-Reset": String(Math.max(0, Math.ceil((limit.resetAtMs - account.now()) / 1_000))),
    "X-RateLimit-Name": path,
  };
}

function wrongRequest(route: Route, { query, headers, bytes, repeated }: Incoming): Answer | undefined {
  const allowed = route.query ?? {};
  if (repeated) return refused(400, "a query parameter is there twice");
  for (const [name, value] of Object.entries(query)) {
    const pattern = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (!pattern) return refused(400, `there is no query parameter ${name}`);
    if (!pattern.test(value)) return refused(400, `query parameter ${name} is wrong`);
  }
  if (route.takesBytes) return undefined;
  if (!route.body) return bytes.length > 0 ? refused(400, "there must be no body") : undefined;
  if (!/^application\/json\b/.test(headers["content-type"] ?? ""))
    return refused(415, "Content-Type must be application/json");
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8"));
  } catch {
    return refused(400, "the body is not JSON");
  }
  const problems = problemsOf(body, route.body);
  return problems.length > 0 ? refused(400, ...problems) : undefined;
}
