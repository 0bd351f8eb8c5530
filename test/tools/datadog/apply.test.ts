import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { carryOutWith } from "../../../tools/datadog/apply/carry-out.ts";
import { OPERATIONS } from "../../../tools/datadog/operations.ts";
import type { Choices } from "../../../tools/datadog/recommended/choices.ts";
import { type Fault, limitRoute } from "../../support/datadog-api/account.ts";
import { type DatadogApi, startDatadogApi } from "../../support/datadog-api/server.ts";
import {
  ARCHIVE,
  addForeign,
  applyTo,
  EVERYTHING,
  INDEX,
  planOf,
  standIns,
  stateOf,
} from "../../support/datadog-setup.ts";

const start = standIns();

const ALL_DONE = new Set(["done"]);
const resultsOf = (outcomes: readonly { readonly result: string }[]) => new Set(outcomes.map(({ result }) => result));

const choices: fc.Arbitrary<Choices> = fc.record({
  name: fc.constantFrom("main", "prod-2"),
  logs: fc.constantFrom("forwardername:* OR task_arn:*", 'service:"a shop" -env:dev', "*"),
  statistics: fc.constantFrom("average", "all"),
  notify: fc.constantFrom([], ["@slack-ops", "@me@example.com"]),
  archive: fc.constantFrom(undefined, ARCHIVE, { ...ARCHIVE, path: "all/logs" }),
  index: fc.constantFrom(undefined, INDEX, { ...INDEX, retentionDays: 3 }),
});

describe("apply twice", () => {
  test("changes nothing the second time, whatever was chosen and however long the pages are", async () => {
    await fc.assert(
      fc.asyncProperty(choices, fc.integer({ min: 2, max: 5 }), async (chosen, pageSize) => {
        const api = await start();
        api.account.pageSize = pageSize;
        const first = await applyTo(api, chosen);
        expect(first.filter(({ result, notTaken }) => result !== "done" || notTaken)).toEqual([]);
        expect(first.length).toBeGreaterThan(5);
        const state = stateOf(api);
        const before = api.requests.length;
        expect(await applyTo(api, chosen)).toEqual([]);
        expect(api.requests.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
        expect(stateOf(api)).toEqual(state);
      }),
      { numRuns: 6 },
    );
  });

  test("leaves what others made as it was, and in its order", async () => {
    const [api, untouched] = [await start(), await start()];
    await applyTo(api);
    const others = stateOf(untouched).map(withoutPlace);
    expect(stateOf(api).map(withoutPlace)).toEqual(expect.arrayContaining(others));
    expect(api.indexes.indexes.map(({ name }) => name)).toEqual(["audit", "sidecarless", "main", "rest"]);
    expect(api.requests.filter(({ method, path }) => method === "PUT" && !path.endsWith("index-order"))).toEqual([]);
  });
});

const withoutPlace = (one: string) => one.replace(/,"place":\d+/, "");

/** How a run is interrupted at one of its requests. */
type Interruption = { readonly kind: "stopped" } | { readonly kind: "once" | "from then on"; readonly fault: Fault };

const interruption: fc.Arbitrary<Interruption> = fc.oneof(
  fc.constant({ kind: "stopped" } as const),
  fc.record({
    kind: fc.constantFrom("once", "from then on"),
    fault: fc.constantFrom<Fault>(
      { status: 500 },
      { status: 503, errors: ["overloaded"] },
      { status: 400 },
      { status: 403 },
      { status: 404 },
      { status: 429, headers: { "X-RateLimit-Reset": "3000" } },
      "reset",
      "lostAnswer",
    ),
  }),
);

async function interruptedRun(api: DatadogApi, how: Interruption, at: number): Promise<void> {
  const stop = new AbortController();
  let count = 0;
  api.hooks.onRequest = () => {
    count += 1;
    if (count !== at) return;
    if (how.kind === "stopped") stop.abort(new Error("stopped"));
    else if (how.kind === "once") api.account.instead.push(how.fault);
    else api.account.outage = how.fault;
  };
  await applyTo(api, EVERYTHING, stop.signal).catch(() => undefined);
  api.hooks.onRequest = undefined;
  api.account.instead.length = 0;
  api.account.outage = undefined;
}

describe("apply after an interruption", () => {
  test("ends in the same state, whatever it was and wherever it came, several times over", async () => {
    const reference = await start();
    await applyTo(reference);
    const state = stateOf(reference);
    const requests = reference.requests.length;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(interruption, fc.integer({ min: 1, max: requests })), { minLength: 1, maxLength: 3 }),
        async (interruptions) => {
          const api = await start();
          for (const [how, at] of interruptions) await interruptedRun(api, how, at);
          const last = await applyTo(api);
          expect(last.filter(({ result }) => result !== "done")).toEqual([]);
          expect(stateOf(api)).toEqual(state);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("what people do to it", () => {
  test("stays, if it is more than is recommended", async () => {
    const api = await start();
    await applyTo(api);
    const { monitor, index, archive, dashboard, pipeline } = ours(api);
    const theirFilter = { name: "noise", is_enabled: true, filter: { query: "service:noisy", sample_rate: 0.9 } };
    const additions = {
      monitor: {
        tags: ["team:ops", ...(monitor.tags as string[])],
        options: { ...monitor.options, renotify_interval: 60 },
      },
      index: { exclusion_filters: [theirFilter, ...(index.exclusion_filters ?? [])], num_retention_days: 30 },
      archive: { compression_method: "ZSTD", rehydration_max_scan_size_in_gb: 100 },
      dashboard: { notify_list: ["me@example.com"], tags: ["team:ops"] },
      pipeline: { description: "ask ops" },
    };
    Object.assign(monitor, additions.monitor);
    Object.assign(index, additions.index);
    Object.assign(archive.attributes, additions.archive);
    Object.assign(dashboard, additions.dashboard);
    Object.assign(pipeline, additions.pipeline);
    expect(await applyTo(api)).toEqual([]);

    // What is recommended comes back, and what they added is still there.
    Object.assign(monitor, { message: "?", options: { ...monitor.options, thresholds: { critical: 1 } } });
    Object.assign(index, { daily_limit: 5 });
    Object.assign(archive.attributes, { query: "env:dev" });
    Object.assign(dashboard, { widgets: [] });
    Object.assign(pipeline, { is_enabled: false });
    const outcomes = await applyTo(api);
    expect(outcomes.map(({ step: { action, kind }, result }) => `${action} ${kind} ${result}`).toSorted()).toEqual([
      "update archive done",
      "update dashboard done",
      "update index done",
      "update monitor done",
      "update pipeline done",
    ]);
    const now = ours(api);
    expect(now.monitor).toMatchObject(additions.monitor);
    expect(now.index).toMatchObject({ ...additions.index, daily_limit: INDEX.dailyQuota });
    expect(now.archive.attributes).toMatchObject({ ...additions.archive, query: EVERYTHING.logs });
    expect(now.dashboard).toMatchObject(additions.dashboard);
    expect((now.dashboard.widgets as unknown[]).length).toBeGreaterThan(3);
    expect(now.pipeline).toMatchObject({ ...additions.pipeline, is_enabled: true });
    expect(await applyTo(api)).toEqual([]);
  });

  test("makes an object theirs, if they give it another name: another is made", async () => {
    const api = await start();
    await applyTo(api);
    const { dashboard } = ours(api);
    Object.assign(dashboard, { title: "my own", widgets: [] });
    const outcomes = await applyTo(api);
    expect(outcomes.map(({ step: { action, kind } }) => [action, kind])).toEqual([["create", "dashboard"]]);
    expect(api.dashboards.all.get(dashboard.id)).toMatchObject({ title: "my own", widgets: [] });
  });

  test("is not judged if they clone it under the same name: the older one counts, the other is named", async () => {
    const api = await start();
    await applyTo(api);
    const { monitor } = ours(api);
    const { id: _id, created: _created, ...copied } = monitor;
    const clone = api.monitors.add({ ...copied, message: "mine" });
    const { changes } = await planOf(api);
    expect(changes.filter(({ action }) => action !== "keep")).toEqual([
      expect.objectContaining({ action: "leave", remoteId: String(clone.id), why: expect.stringContaining("mark") }),
    ]);
    expect(await applyTo(api)).toEqual([]);
  });
});

/** One of each kind. */
function ours({ monitors, indexes, archives, dashboards, pipelines }: DatadogApi) {
  const isOurs = (one: object) => /sidecarless:main\/[a-z-]+\/[0-9a-f]{8}/.test(JSON.stringify(one));
  const last = <T extends object>(all: Iterable<T>): T => [...all].filter(isOurs).at(-1) as T;
  return {
    monitor: last([...monitors.all.values()].filter(({ type }) => type === "query alert")),
    index: last(indexes.indexes),
    archive: last(archives.archives.values()),
    dashboard: last(dashboards.all.values()),
    pipeline: last(pipelines.pipelines.values()),
  };
}

describe("indexes", () => {
  test("one of the same name that somebody else made is not touched, and stops nothing else", async () => {
    const api = await start();
    api.indexes.indexes.push({ name: "sidecarless", filter: { query: "env:x" }, num_retention_days: 15 });
    const { changes } = await planOf(api);
    expect(changes.find(({ kind }) => kind === "index")).toMatchObject({
      action: "blocked",
      why: expect.stringContaining("--index-name"),
    });
    expect(resultsOf(await applyTo(api))).toEqual(ALL_DONE);
    expect(api.indexes.indexes.at(-1)).toMatchObject({ name: "sidecarless", filter: { query: "env:x" } });
  });

  test("another name is another index, and the first is left", async () => {
    const api = await start();
    await applyTo(api);
    const outcomes = await applyTo(api, { ...EVERYTHING, index: { ...INDEX, name: "second" } });
    expect(outcomes.filter(({ step }) => step.kind === "index").map(({ step }) => step.action)).toEqual([
      "create",
      "move",
    ]);
    expect(api.indexes.indexes.map(({ name }) => name)).toEqual(["audit", "sidecarless", "second", "main", "rest"]);
  });

  test("a deleted one's name is refused, and the way out is said", async () => {
    const api = await start();
    api.indexes.state.deleted.add("sidecarless");
    const failed = (await applyTo(api)).filter(({ result }) => result !== "done");
    expect(failed).toMatchObject([
      { step: { action: "create", kind: "index" }, result: "failed", why: expect.stringContaining("--index-name") },
      { step: { action: "move" }, result: "not tried" },
    ]);
  });

  test("too many of them: what Datadog says is told", async () => {
    const api = await start();
    api.indexes.state.most = 3;
    const [failed] = (await applyTo(api)).filter(({ result }) => result === "failed");
    expect(failed?.why).toContain("the limit of indexes is reached");
  });
});

describe("archives", () => {
  test("are not moved; a note says if one before ours takes every log, or if ours fails", async () => {
    const api = await start();
    await applyTo(api);
    Object.assign(ours(api).archive.attributes, { state: "FAILING" });
    const { notes } = await planOf(api);
    expect(notes).toEqual([expect.stringContaining("fails"), expect.stringContaining('"cloned" comes first')]);
    expect(await applyTo(api)).toEqual([]);
  });
});

/** Of everything but searching. */
const SCOPES = [...new Set(OPERATIONS.flatMap(({ scope }) => (scope ? [scope] : [])))].filter(
  (scope) => scope !== "logs_read_data",
);

describe("rights", () => {
  test("a key with every scope may do all but monitors of logs, which Datadog takes from keys without scopes alone", async () => {
    const api = await start();
    api.account.scopes = SCOPES;
    const failed = (await applyTo(api)).filter(({ result }) => result !== "done");
    expect(failed).toMatchObject([{ step: { id: "service-silent" }, why: expect.stringContaining("without scopes") }]);
  });

  test.each(SCOPES)("without %s, that scope is named, and what does not need it is done", async (missing) => {
    const api = await start();
    api.account.scopes = SCOPES.filter((scope) => scope !== missing);
    const { changes } = await planOf(api);
    const outcomes = await applyTo(api);
    const reasons = [
      ...changes.flatMap((change) => (change.action === "blocked" ? [change.why] : [])),
      ...outcomes.flatMap(({ step, result, why }) =>
        result === "failed" && step.id !== "service-silent" ? [why ?? ""] : [],
      ),
    ];
    expect(reasons.length).toBeGreaterThan(0);
    for (const why of reasons) expect(why).toContain(missing);
    expect(outcomes.filter(({ result }) => result === "done").length).toBeGreaterThan(2);
    // With the scope, the rest is done.
    api.account.scopes = undefined;
    expect(resultsOf(await applyTo(api))).toEqual(ALL_DONE);
  });

  test("a key of another site: every kind is blocked, and nothing is tried", async () => {
    const api = await start();
    const { account } = api;
    const wrong = { ...api, account: { ...account, apiKey: "f".repeat(32), now: account.now } };
    const { changes, notes } = await planOf(wrong as DatadogApi);
    expect(notes).toEqual([expect.stringContaining("are both keys right")]);
    expect(resultsOf(changes.map(({ action: result }) => ({ result })))).toEqual(new Set(["blocked"]));
    expect(JSON.stringify(changes)).not.toContain("f".repeat(32));
  });
});

test("a field that Datadog does not take as it was sent is named", async () => {
  const step = { action: "create", kind: "monitor", id: "x", name: "n", body: { name: "n", query: "q" } } as const;
  const done = await carryOutWith(async () => ({ id: 1, name: "n", query: "another" }))(step);
  expect(done).toEqual({ result: "done", notTaken: ["query"] });
});

test("limits are waited for", async () => {
  const api = await start();
  limitRoute(api.account, "/api/v1/monitor", 3, 60);
  limitRoute(api.account, "/api/v1/logs/config/indexes", 1, 30);
  expect(resultsOf(await applyTo(api))).toEqual(ALL_DONE);
  expect(api.requests.some(({ status }) => status === 429)).toBe(true);
});

test("an account without anything gets the same as one with other people's objects", async () => {
  const [empty, full] = [await start(startDatadogApi), await start(startDatadogApi)];
  await applyTo(empty);
  addForeign(full);
  await applyTo(full);
  const ourOwn = (api: DatadogApi) =>
    stateOf(api)
      .filter((one) => /sidecarless:main\/[a-z-]+\/(?!0{8}|1{8}|12345678|87654321)/.test(one))
      .map(withoutPlace);
  expect(ourOwn(full)).toEqual(ourOwn(empty));
});
