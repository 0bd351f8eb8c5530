import { afterEach } from "vitest";
import { carryOutWith, hintsOn, stepsOf } from "../../tools/datadog/apply/carry-out.ts";
import { eachInTurn } from "../../tools/datadog/apply/each-in-turn.ts";
import { apiBodies } from "../../tools/datadog/plan/api-bodies.ts";
import { type ApiBody, planChanges } from "../../tools/datadog/plan/changes.ts";
import { type Ask, askApi } from "../../tools/datadog/plan/kinds/ask.ts";
import { readCurrent } from "../../tools/datadog/plan/read-current.ts";
import { recommended } from "../../tools/datadog/recommended/all.ts";
import { type Choices, DEFAULT_CHOICES } from "../../tools/datadog/recommended/choices.ts";
import { planRemovals, removeWith, type Selector } from "../../tools/datadog/remove/removals.ts";
import { type DatadogApi, startDatadogApi } from "./datadog-api/server.ts";

export const ARCHIVE = { bucket: "logs-of-mine", accountId: "123456789012", roleName: "archive-role" };
export const INDEX = { name: "sidecarless", dailyQuota: 1_000_000 };

/** All that there is to choose. */
export const EVERYTHING: Choices = { ...DEFAULT_CHOICES, archive: ARCHIVE, index: INDEX, notify: ["@slack-ops"] };

/** Nobody waits: pauses end at once, and move the clock on. */
export function askQuickly(api: DatadogApi, signal?: AbortSignal): Ask {
  const { account, url } = api;
  const access = { ...account, appKey: account.appKey ?? "", site: "datadoghq.com", apiUrl: url, isReplaced: true };
  let aheadMs = 0;
  account.now = () => Date.now() + aheadMs;
  const sleep = async (ms: number) => {
    aheadMs += ms;
  };
  return askApi(access, { signal, clock: { now: account.now, sleep, random: () => 0 } });
}

const written = new Map<string, readonly ApiBody[]>();

/** The bodies are the same for the same choices, and take a while. */
async function bodiesOf(choices: Choices): Promise<readonly ApiBody[]> {
  const key = JSON.stringify(choices);
  const bodies = written.get(key) ?? (await apiBodies(choices));
  written.set(key, bodies);
  return bodies;
}

export async function planOf(api: DatadogApi, choices: Choices = EVERYTHING, ask = askQuickly(api)) {
  return planChanges(choices.name, await bodiesOf(choices), recommended(choices).leftOut, await readCurrent(ask));
}

export async function applyTo(api: DatadogApi, choices: Choices = EVERYTHING, signal?: AbortSignal) {
  const ask = askQuickly(api, signal);
  const { changes } = await planOf(api, choices, ask);
  return eachInTurn(stepsOf(changes), carryOutWith(ask), () => undefined, hintsOn);
}

export async function removeFrom(
  api: DatadogApi,
  setup = "main",
  selectors: readonly Selector[] = [],
  signal?: AbortSignal,
) {
  const ask = askQuickly(api, signal);
  const removals = planRemovals(setup, selectors, await readCurrent(ask));
  return eachInTurn(
    removals.filter(({ action }) => action === "remove"),
    removeWith(ask),
    () => undefined,
  );
}

/** All that the account has, without what is another each time it is made. */
export function stateOf({ pipelines, indexes, archives, dashboards, monitors }: DatadogApi) {
  const made = [
    ...[...pipelines.pipelines.values()].map((one) => ["pipeline", one]),
    ...indexes.indexes.map((one, place) => ["index", { ...one, place }]),
    ...[...archives.archives.values()].map(({ attributes }) => ["archive", attributes]),
    ...[...dashboards.all.values()].map((one) => ["dashboard", one]),
    ...[...monitors.all.values()].map((one) => ["monitor", one]),
  ] as const;
  const passing = ["id", "created", "created_at", "modified", "modified_at", "url"];
  return made
    .map((one) => JSON.stringify(one, (name, value) => (passing.includes(name) ? undefined : value)))
    .toSorted();
}

/** Objects of somebody else, with names and marks that are nearly ours. */
export function addForeign(api: DatadogApi): void {
  const { pipelines, indexes, archives, dashboards, monitors } = api;
  pipelines.add({ name: "sidecarless: events of ECS tasks (main)", filter: { query: "source:ecs" }, tags: ["team:a"] });
  pipelines.add({ name: "theirs", tags: ["sidecarless:main/task-events/00000000"] });
  indexes.indexes.unshift({ name: "audit", filter: { query: "source:audit" }, num_retention_days: 30 });
  indexes.indexes.push({
    name: "rest",
    filter: { query: "*" },
    num_retention_days: 7,
    tags: ["sidecarless:other/rest/5d8a3c1e"],
  });
  const destination = { type: "s3", bucket: "theirs", integration: { account_id: "210987654321", role_name: "r" } };
  archives.add({ name: "sidecarless logs (main)", query: "env:prod", destination });
  archives.add({ name: "cloned", query: "*", destination, rehydration_tags: ["sidecarless:main/logs/12345678"] });
  dashboards.add({
    title: "sidecarless: logs of both paths (main), copied",
    description: "sidecarless:main/both-paths/12345678",
    layout_type: "ordered",
    widgets: [],
  });
  const query = "avg(last_5m):avg:system.load.1{*} > 1";
  const options = { thresholds: { critical: 1 } };
  monitors.add({
    name: "sidecarless: logs arrive late (main)",
    type: "query alert",
    query,
    options,
    tags: ["sidecarless"],
  });
  monitors.add({ name: "load", type: "query alert", query, options, tags: ["sidecarless:main/lag/87654321"] });
}

/** An account with objects of somebody else. */
export async function startWithForeign(): Promise<DatadogApi> {
  const api = await startDatadogApi();
  addForeign(api);
  return api;
}

/** Stand-ins that end with each test of a file. */
export function standIns() {
  const started: DatadogApi[] = [];
  afterEach(() => Promise.all(started.splice(0).map((api) => api.stop())));
  return async (begin: () => Promise<DatadogApi> = startWithForeign): Promise<DatadogApi> => {
    const api = await begin();
    started.push(api);
    return api;
  };
}
