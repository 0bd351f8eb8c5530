import { expect, it } from "vitest";
import { openLedger } from "../../functions/forwarder/ledger.ts";
import type { MetadataLookup } from "../../functions/forwarder/metadata/lookup.ts";
import type { MetadataNames } from "../../functions/forwarder/metadata/types.ts";
import { describeSources } from "../../functions/forwarder/sources.ts";
import type { Delivery } from "../../functions/records/delivery.ts";
import { delivery, INVOCATION, STREAM } from "../support/deliveries.ts";
import { manualClock } from "../support/sends.ts";

const SETTINGS = { tags: [], forwarderName: "f", forwarderVersion: "1", metadata: { budgetMs: 0 } };

/** For whom metadata is looked up. */
async function askedFor(names: Partial<Delivery>): Promise<MetadataNames | undefined> {
  let asked: MetadataNames | undefined;
  const metadata: MetadataLookup = {
    lookUp: async (whose) => {
      asked = whose;
      return { logGroupTags: {}, partial: false, missingRights: [], notes: [] };
    },
    learn: () => undefined,
  };
  const ledger = openLedger(INVOCATION, 1, manualClock());
  await describeSources(
    [{ item: 0, delivery: delivery(["x"], names) }],
    INVOCATION,
    { settings: SETTINGS, metadata },
    ledger,
  );
  return asked;
}

it.each([
  ["no system field", {}],
  ["the forwarder's own account and region", { sourceAccount: "111122223333", region: "eu-west-1" }],
])("looks up the task with %s", async (_what, names) => {
  expect((await askedFor(names))?.ecs?.taskId).toBe("0123456789abcdef0123456789abcdef");
});

it.each([
  ["account", { sourceAccount: "999900001111" }],
  ["region", { region: "us-east-1" }],
])("looks up the tags of a central log group, and not the task of another %s", async (_what, names) => {
  expect(await askedFor(names)).toMatchObject({ logGroup: STREAM.logGroup, account: STREAM.account, ecs: undefined });
});
