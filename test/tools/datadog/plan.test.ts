import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ApiBody, planChanges } from "../../../tools/datadog/plan/changes.ts";
import type { Current } from "../../../tools/datadog/plan/current.ts";
import { differences, mergedOver } from "../../../tools/datadog/plan/differences.ts";
import { moveBeforeCatchAll } from "../../../tools/datadog/plan/index-order.ts";
import { found, withMark } from "../../../tools/datadog/plan/kinds/kind.ts";
import { KINDS } from "../../../tools/datadog/plan/kinds/kinds.ts";
import { findMark, isOurs, markOf, markText } from "../../../tools/datadog/plan/kinds/mark.ts";
import { planText } from "../../../tools/datadog/plan/print-plan.ts";

describe("differences", () => {
  test("are none after a merge, whatever was there", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (actual, wanted) => {
        expect(differences(mergedOver(actual, wanted), wanted)).toEqual([]);
      }),
    );
  });

  test("are named by their path, and what is there besides is none", () => {
    const actual = { id: 7, options: { thresholds: { critical: 5 }, silenced: {} }, list: [{ id: 1, a: 1 }, { a: 2 }] };
    const wanted = { options: { thresholds: { critical: 5 } }, list: [{ a: 1 }, { a: 3 }], tags: ["x"] };
    expect(differences(actual, wanted)).toEqual([
      { path: "list[1].a", from: 2, to: 3 },
      { path: "tags", from: undefined, to: ["x"] },
    ]);
  });

  test("a merge keeps nothing of an object of another type", () => {
    expect(mergedOver({ type: "azure", container: "c" }, { type: "s3", bucket: "b" })).toEqual({
      type: "s3",
      bucket: "b",
    });
  });
});

describe("marks", () => {
  const name = fc.string({ minLength: 1 });
  const part = fc.stringMatching(/^[a-z0-9-]{1,20}$/);

  test("are found in tags and in texts, and fit only the name that they were made for", () => {
    fc.assert(
      fc.property(part, part, name, name, (setup, id, is, other) => {
        const mark = markOf(setup, id, is);
        const text = markText(mark);
        expect(findMark(["team:a", text])).toEqual(mark);
        expect(findMark(`About it.\n\n${text}`)).toEqual(mark);
        expect(isOurs(findMark([text]), setup, is)).toBe(true);
        expect(isOurs(findMark([text]), setup, other)).toBe(other === is);
        expect(isOurs(findMark([text]), `${setup}-2`, is)).toBe(false);
      }),
    );
  });

  test.each([
    ["two marks", [markText(markOf("a", "b", "c")), markText(markOf("a", "d", "e"))]],
    ["a tag with more behind it", [`${markText(markOf("a", "b", "c"))}-x`]],
    ["a tag with more before it", [`my-${markText(markOf("a", "b", "c"))}`]],
    ["no list and no text", { sidecarless: "a/b/12345678" }],
  ])("%s are none", (_what, where) => {
    expect(findMark(where)).toBeUndefined();
  });
});

describe("the order of indexes", () => {
  const indexes = fc.uniqueArray(
    fc.record({ name: fc.stringMatching(/^[a-z]{1,4}$/), query: fc.constantFrom<string>("*", "", "a:b", " ") }),
    {
      selector: ({ name }) => name,
    },
  );

  test("is changed by moving ours alone, and to before the first that takes all", () => {
    fc.assert(
      fc.property(indexes, fc.nat(), fc.boolean(), (others, place, isThere) => {
        const all = isThere ? others.toSpliced(place % (others.length + 1), 0, { name: "ours1", query: "x" }) : others;
        const order = all.map(({ name }) => name);
        const after = moveBeforeCatchAll(order, all, "ours1")?.order ?? order;
        expect(after.filter((name) => name !== "ours1")).toEqual(others.map(({ name }) => name));
        const first = others.findIndex(({ query }) => ["", "*"].includes(query.trim()));
        if (first < 0) expect(after).toEqual(order);
        else expect(after.indexOf("ours1")).toBeLessThanOrEqual(first);
        // A second look has nothing to move.
        expect(moveBeforeCatchAll(after, [...all, { name: "ours1", query: "x" }], "ours1")).toBeUndefined();
      }),
    );
  });
});

const NOTHING: Current = {
  found: { pipeline: [], index: [], archive: [], dashboard: [], monitor: [] },
  unreadable: {},
  indexOrder: [],
  archiveOrder: [],
};

const monitor = (name: string): ApiBody => ({ kind: "monitor", id: "lag", body: { name, query: "q", tags: [] } });

const asFound = ({ kind, id, body }: ApiBody) =>
  found(kind, KINDS[kind], 1, withMark(KINDS[kind], body, markOf("main", id, String(body.name))));

describe("planChanges", () => {
  test("a recommendation whose name was edited is changed, not made again", () => {
    const current = { ...NOTHING, found: { ...NOTHING.found, monitor: [asFound(monitor("old"))] } };
    const { changes } = planChanges("main", [monitor("new")], [], current);
    expect(changes).toMatchObject([
      { action: "update", remoteId: "1", body: { name: "new", tags: [markText(markOf("main", "lag", "new"))] } },
    ]);
  });

  test("what is not recommended any more is left and named, and how to remove it", () => {
    const current = { ...NOTHING, found: { ...NOTHING.found, monitor: [asFound(monitor("old"))] } };
    const { changes } = planChanges("main", [], [], current);
    expect(changes).toMatchObject([{ action: "leave", why: expect.stringContaining("remove monitor/lag") }]);
  });
});

test("the table is at most 80 columns wide, whatever is in it", () => {
  const long = "a name that goes on and on ".repeat(6);
  const text = planText({
    setup: "main",
    changes: [
      { action: "create", kind: "dashboard", id: "a", name: long, body: {} },
      {
        action: "update",
        kind: "monitor",
        id: "b",
        name: long,
        remoteId: "1",
        differences: [{ path: `options.${"deep.".repeat(12)}er`, from: long, to: [long] }],
        body: {},
      },
      { action: "move", kind: "index", id: "c", name: "i", before: "main".repeat(30), order: [] },
      { action: "leave", kind: "archive", id: "d", name: "x", remoteId: "2", why: long },
      { action: "blocked", kind: "pipeline", id: "e", name: "x", why: long },
    ],
    leftOut: [{ kind: "index", needs: long }],
    notes: [long],
  });
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toContain("1 to make, 1 to change, 1 to move, 1 left as they are, 1 not possible.");
});

test("why several are not possible is said once", () => {
  const blocked = (id: string, why: string) => ({ action: "blocked", kind: "monitor", id, name: id, why }) as const;
  const changes = [blocked("a", "no right"), blocked("b", "no right"), blocked("c", "another reason")];
  const text = planText({ setup: "main", changes, leftOut: [], notes: [] });
  expect(text.match(/no right/g)).toHaveLength(1);
  expect(text).toMatch(/ a\n.* b\n +no right\n.* c\n +another reason\n/);
});
