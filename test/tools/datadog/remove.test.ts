import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markOf, markText } from "../../../tools/datadog/plan/kinds/mark.ts";
import type { Fault } from "../../support/datadog-api/account.ts";
import { startDatadogApi } from "../../support/datadog-api/server.ts";
import { addForeign, applyTo, EVERYTHING, removeFrom, standIns, stateOf } from "../../support/datadog-setup.ts";

const start = standIns();

const ALL_WITH_INDEX = [
  { kind: "index" },
  { kind: "pipeline" },
  { kind: "archive" },
  { kind: "dashboard" },
  { kind: "monitor" },
] as const;

/** A monitor of somebody else, with any name and tags, ours among them; but not both as one of ours has them. */
const foreignMonitor = fc
  .record({
    name: fc.oneof(fc.string(), fc.constantFrom("sidecarless: logs arrive late (main)", "lag")),
    setup: fc.constantFrom("main", "prod", "mai"),
    id: fc.constantFrom("lag", "loss", "x"),
    markedName: fc.constantFrom("sidecarless: logs arrive late (main)", "another"),
    more: fc.array(fc.constantFrom("team:a", "sidecarless", "sidecarless:main", "sidecarless:main/lag")),
    doubled: fc.boolean(),
  })
  .filter(({ setup, name, markedName, doubled }) => setup !== "main" || name !== markedName || doubled)
  .map(({ name, setup, id, markedName, more, doubled }) => {
    const mark = markText(markOf(setup, id, markedName));
    return { name, tags: [...more, mark, ...(doubled ? [markText(markOf("main", "lag", name))] : [])] };
  });

describe("remove", () => {
  test("takes away what apply made, and leaves all that others made as it was", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(foreignMonitor, { maxLength: 6 }), async (monitors) => {
        const api = await start();
        for (const one of monitors) {
          const options = { thresholds: { critical: 1 } };
          api.monitors.add({ ...one, type: "query alert", query: "avg(last_5m):avg:a{*} > 1", options });
        }
        const before = stateOf(api);
        const made = await applyTo(api);
        expect(made.filter(({ result }) => result !== "done")).toEqual([]);
        expect(stateOf(api).length).toBeGreaterThan(before.length + 8);
        const outcomes = await removeFrom(api, "main", ALL_WITH_INDEX);
        expect(outcomes.filter(({ result }) => result !== "done")).toEqual([]);
        expect(stateOf(api)).toEqual(before);
      }),
      { numRuns: 12 },
    );
  });

  test("leaves the index and its logs, unless it is named", async () => {
    const api = await start();
    await applyTo(api);
    await removeFrom(api);
    expect(api.indexes.indexes.map(({ name }) => name)).toContain("sidecarless");
    // What is made again takes it up.
    expect((await applyTo(api)).some(({ step }) => step.kind === "index")).toBe(false);
    await removeFrom(api, "main", [{ kind: "index", id: "sidecarless" }]);
    expect(api.indexes.indexes.map(({ name }) => name)).toEqual(["audit", "main", "rest"]);
  });

  test("takes away only what is selected", async () => {
    const api = await start();
    await applyTo(api);
    const outcomes = await removeFrom(api, "main", [{ kind: "monitor", id: "lag" }, { kind: "dashboard" }]);
    expect(outcomes.map(({ step: { kind, id } }) => `${kind}/${id}`)).toEqual(["monitor/lag", "dashboard/both-paths"]);
  });

  test("knows one setup from another", async () => {
    const api = await start();
    await applyTo(api);
    const before = stateOf(api);
    await applyTo(api, { ...EVERYTHING, name: "prod", index: undefined });
    await removeFrom(api, "prod");
    expect(stateOf(api)).toEqual(before);
  });

  test("after any interruption, ends in the same state", async () => {
    const untouched = await start(async () => {
      const api = await startDatadogApi();
      addForeign(api);
      return api;
    });
    const faults = fc.constantFrom<Fault>({ status: 500 }, { status: 403 }, { status: 400 }, "reset", "lostAnswer");
    await fc.assert(
      fc.asyncProperty(faults, fc.boolean(), fc.integer({ min: 1, max: 24 }), async (fault, once, at) => {
        const api = await start();
        await applyTo(api);
        let count = 0;
        api.hooks.onRequest = () => {
          count += 1;
          if (count !== at) return;
          if (once) api.account.instead.push(fault);
          else api.account.outage = fault;
        };
        await removeFrom(api, "main", ALL_WITH_INDEX).catch(() => undefined);
        api.hooks.onRequest = undefined;
        api.account.instead.length = 0;
        api.account.outage = undefined;
        const rest = await removeFrom(api, "main", ALL_WITH_INDEX);
        expect(rest.filter(({ result }) => result !== "done")).toEqual([]);
        expect(stateOf(api)).toEqual(stateOf(untouched));
      }),
      { numRuns: 15 },
    );
  });
});
