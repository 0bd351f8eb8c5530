import { judge } from "../../../../functions/recorder/intake-contract.ts";
import { INTAKE_LIMITS } from "../../../../functions/records/intake-limits.ts";
import type { Account } from "../account.ts";
import { type IndexedLog, parseQuery } from "../query.ts";
import { type Answer, ok, type Route, type RouteCall, refused } from "../route.ts";
import { arrayOf, between, integer, object, oneOf, text } from "../schema.ts";
import type { LogIndex } from "./log-indexes.ts";

/** What the intake took, and how many searches came before it. */
interface Kept {
  readonly log: IndexedLog;
  readonly afterSearch: number;
}

/** Logs: the intake (v2 `SubmitLog`), and their search (v2 `ListLogs`). */
export function logs(account: Account, { indexes }: { readonly indexes: readonly LogIndex[] }) {
  const kept: Kept[] = [];
  const state = {
    searches: 0,
    /** As they came in. */
    entries: [] as Readonly<Record<string, unknown>>[],
    /** What the intake answers to whatever it would take; undefined: takes it. */
    answer: undefined as number | undefined,
    /** What it answers to bodies in zstd, as a proxy may that doesn't know it; undefined: takes them. */
    answerToZstd: undefined as number | undefined,
    /** Changes what is indexed, as pipelines do. */
    process: (log: IndexedLog): IndexedLog => log,
    /** What the search's answer says of itself. */
    searchStatus: "done" as "done" | "timeout",
  };

  /** Makes it searchable, if an index takes it. */
  const add = (log: IndexedLog) => {
    if (isIndexed(log, indexes)) kept.push({ log, afterSearch: state.searches });
  };

  const take = async ({ bytes, headers }: RouteCall): Promise<Answer> => {
    if (headers["content-encoding"] === "zstd" && state.answerToZstd !== undefined) {
      return refused(state.answerToZstd, "unsupported encoding");
    }
    const request = { method: "POST", path: "/api/v2/logs", headers, body: bytes };
    const verdict = await judge(request, { apiKey: account.apiKey, lenient: false, limits: INTAKE_LIMITS });
    if (verdict.status !== 202) return refused(verdict.status, verdict.error);
    if (state.answer !== undefined) return refused(state.answer, "planned");
    for (const entry of verdict.entries) {
      // What a sender probes with: there is nothing in it to index.
      if (Object.keys(entry).length === 0) continue;
      state.entries.push(entry);
      const log = indexedLog(entry, account.now() + account.clockAheadMs, `AQ${state.entries.length}`);
      if (log) add(state.process(log));
    }
    return { status: 202, body: {} };
  };

  const search = ({ body }: RouteCall): Answer => {
    state.searches += 1;
    const { filter = {}, sort = "timestamp", page = {} } = body as SearchBody;
    const { query = "*", from = "now-15m", to = "now" } = filter;
    const [matches, fromMs, toMs] = [parseQuery(query), timeOf(from, account), timeOf(to, account)];
    if (!matches) return refused(400, "filter.query can't be parsed");
    if (fromMs === undefined || toMs === undefined) return refused(400, "filter.from or filter.to is no time");
    if (fromMs > toMs) return refused(400, "filter.from is after filter.to");
    const { cursor, limit = 10 } = page;
    // A cursor goes on with one query, and no other.
    const [start = "0", ...ofQuery] = cursor?.split("|") ?? [];
    if (cursor !== undefined && ofQuery.join("|") !== query) return refused(400, "page.cursor is of another query");
    const found = kept
      .filter(({ afterSearch }) => state.searches - afterSearch > account.searchesUntilFound)
      .map(({ log }) => log)
      .filter((log) => {
        const atMs = Date.parse(log.attributes.timestamp);
        return atMs >= fromMs && atMs <= toMs && matches(log);
      })
      .toSorted((a, b) => Date.parse(a.attributes.timestamp) - Date.parse(b.attributes.timestamp));
    if (sort === "-timestamp") found.reverse();
    const first = Number(start);
    const data = found.slice(first, first + Math.min(limit, account.pageSize));
    const next = first + data.length;
    const after = next < found.length ? `${next}|${query}` : undefined;
    return ok({
      data,
      ...(after !== undefined && { links: { next: `https://api/api/v2/logs/events?page%5Bcursor%5D=${after}` } }),
      meta: {
        elapsed: 3,
        request_id: `r${state.searches}`,
        status: state.searchStatus,
        ...(after !== undefined && { page: { after } }),
      },
    });
  };

  const routes: Route[] = [
    { method: "POST", path: "/api/v2/logs", needs: "API key", takesBytes: true, query: { ddtags: /./ }, answer: take },
    {
      method: "POST",
      path: "/api/v2/logs/events/search",
      needs: { scope: "logs_read_data" },
      body: SEARCH_BODY,
      answer: search,
    },
  ];
  return { state, add, routes };
}

/** `LogsListRequest`. */
const SEARCH_BODY = object({
  filter: object({
    query: text,
    indexes: arrayOf(text),
    from: text,
    to: text,
    storage_tier: oneOf("indexes", "online-archives", "flex"),
  }),
  options: object({ timeOffset: integer, timezone: text }),
  page: object({ cursor: text, limit: between(1, 1_000) }),
  sort: oneOf("timestamp", "-timestamp"),
});

interface SearchBody {
  readonly filter?: { readonly query?: string; readonly from?: string; readonly to?: string };
  readonly sort?: string;
  readonly page?: { readonly limit?: number; readonly cursor?: string };
}

/** ISO 8601, Unix time in ms, or date math: `now`, `now-15m`. */
function timeOf(time: string, { now, clockAheadMs }: Account): number | undefined {
  if (/^\d{13}$/.test(time)) return Number(time);
  const math = /^now(?:-(\d+)([smhd]))?$/.exec(time);
  if (math) {
    const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[math[2] ?? "s"] ?? 0;
    return now() + clockAheadMs - Number(math[1] ?? 0) * unit;
  }
  const parsed = /^\d{4}-\d\d-\d\dT/.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** https://docs.datadoghq.com/logs/log_configuration/processors/log_date_remapper/ (2026-11) */
const MAX_AGE_MS = 18 * 3_600_000;
const MAX_AHEAD_MS = 2 * 3_600_000;

/**
 * What Datadog makes of an entry: reserved attributes, tags, and all the rest as attributes. Undefined: its date is out of
 * range, and it is dropped. https://docs.datadoghq.com/logs/log_configuration/attributes_naming_convention/ (2026-11)
 */
function indexedLog(entry: Readonly<Record<string, unknown>>, nowMs: number, id: string): IndexedLog | undefined {
  const { message, timestamp, ddsource, ddsourcecategory, service, hostname, host, status, ddtags, ...attributes } =
    entry;
  const atMs = typeof timestamp === "number" ? timestamp : nowMs;
  if (nowMs - atMs > MAX_AGE_MS || atMs - nowMs > MAX_AHEAD_MS) return undefined;
  const named = { source: ddsource, sourcecategory: ddsourcecategory };
  const tags = [
    ...String(ddtags ?? "").split(","),
    ...Object.entries(named).flatMap(([key, value]) => (typeof value === "string" ? [`${key}:${value}`] : [])),
  ];
  const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    id,
    type: "log",
    attributes: {
      timestamp: new Date(atMs).toISOString(),
      status: textOf(status) ?? "info",
      tags: tags.filter((tag) => tag !== ""),
      host: textOf(hostname) ?? textOf(host),
      service: textOf(service),
      message: textOf(message),
      attributes,
    },
  };
}

/** Whether a log is kept where a search looks: the first index that it passes decides. */
function isIndexed(log: IndexedLog, indexes: readonly LogIndex[]): boolean {
  const index = indexes.find(({ filter }) => filter.query === "" || parseQuery(filter.query)?.(log));
  if (!index || index.is_rate_limited) return false;
  const exclusion = index.exclusion_filters?.find(
    ({ is_enabled: enabled = true, filter }) => enabled && parseQuery(filter?.query || "*")?.(log),
  );
  // One that keeps a share keeps none of the few logs of a test.
  return (exclusion?.filter?.sample_rate ?? 0) === 0;
}
