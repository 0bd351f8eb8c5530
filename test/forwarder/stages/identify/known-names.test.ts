import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { entriesOf } from "../../../../functions/forwarder/entries.ts";
import { openLedger } from "../../../../functions/forwarder/ledger.ts";
import { describeSources } from "../../../../functions/forwarder/sources.ts";
import { findKnownName } from "../../../../functions/forwarder/stages/identify/find-known-name.ts";
import { KNOWN_NAMES } from "../../../../functions/forwarder/stages/identify/known-names.ts";
import type { EntryAttributes } from "../../../../functions/records/entry.ts";
import { delivery, INVOCATION } from "../../../support/deliveries.ts";
import { manualClock } from "../../../support/sends.ts";
import { CASES } from "./cases/all.ts";
import type { NamesCase } from "./cases/names-case.ts";
import { sourcesTable } from "./sources-table.ts";

const SETTINGS = { tags: [], forwarderName: "f", forwarderVersion: "1", metadata: { budgetMs: 0 } };

/** What the forwarder says of an event, all stages together but reading and packing. */
async function describe({ group, stream, line = "hello", account, region }: NamesCase): Promise<EntryAttributes> {
  const text = typeof line === "string" ? line : JSON.stringify(line);
  const system = { ...(account && { sourceAccount: account }), ...(region && { region }) };
  const given = delivery([text], { logGroup: group, logStream: stream, ...system });
  const ledger = openLedger(INVOCATION, 1, manualClock());
  const sources = await describeSources([{ item: 0, delivery: given }], INVOCATION, { settings: SETTINGS }, ledger);
  const [entry] = entriesOf(sources, ledger, Date.now());
  return entry?.attributes as EntryAttributes;
}

/** Those that every entry has are added where the case names no other. */
function tagsOf({ tags = [] }: NamesCase): string[] {
  const named = (name: string) => tags.some((tag) => tag.startsWith(`${name}:`));
  return [
    ...tags,
    ...(named("region") ? [] : ["region:eu-west-1"]),
    ...(named("aws_account") ? [] : ["aws_account:111122223333"]),
    "forwardername:f",
    "forwarder_version:1",
  ];
}

it.each(CASES)("$group, stream $stream", async (names) => {
  const { ddsource, service, hostname, ddtags } = await describe(names);
  expect({ ddsource, service, hostname, tags: ddtags.split(",").toSorted() }).toEqual({
    ddsource: names.source,
    service: names.service ?? names.source,
    hostname: names.host ?? names.group,
    tags: tagsOf(names).toSorted(),
  });
});

it("has a case for every name that the forwarder knows, and a page for every case", () => {
  const found = new Set(CASES.map(({ group, stream }) => findKnownName({ logGroup: group, logStream: stream })?.known));
  expect(KNOWN_NAMES.filter((known) => !found.has(known))).toEqual([]);
  expect(CASES.filter(({ from }) => !/^https:\/\/[\w.-]+\/\S+$/.test(from))).toEqual([]);
  expect(CASES.length).toBeGreaterThanOrEqual(100);
});

it("says in the documentation what the code does", () => {
  const documented = readFileSync(new URL("../../../../docs/sources.md", import.meta.url), "utf8");
  expect(
    documented
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .join("\n"),
  ).toBe(sourcesTable());
});
