import type { Delivery } from "../records/delivery.ts";
import type { EntryAttributes } from "../records/entry.ts";
import type { Invocation } from "../records/invocation.ts";
import type { LogOrigin } from "../records/origin.ts";
import type { Ledger } from "./ledger.ts";
import type { MetadataLookup } from "./metadata/lookup.ts";
import type { Batch } from "./read-items.ts";
import { type EnrichSettings, enrich, type KnownMetadata, NO_METADATA, withOverrides } from "./stages/enrich.ts";
import { identify } from "./stages/identify.ts";
import type { FindRule, RuleFor } from "./stages/rules/load.ts";

/** A delivery, all that its logs say besides their own text, and the rule for them. */
export interface Source {
  /** Position of the item that it came in. */
  readonly item: number;
  readonly delivery: Delivery;
  readonly attributes: EntryAttributes;
  readonly rule?: RuleFor;
}

interface Describing {
  readonly settings: EnrichSettings & {
    readonly metadata: { readonly budgetMs: number; readonly clusterHint?: string };
  };
  readonly metadata?: MetadataLookup;
  readonly rules?: FindRule;
}

/** Finds out who wrote each delivery, for all at the same time, and what the rules say about them. */
export async function describeSources(
  deliveries: Batch["deliveries"],
  invocation: Invocation,
  describing: Describing,
  ledger: Ledger,
): Promise<readonly Source[]> {
  const origins = deliveries.map(({ delivery }) => identify(delivery));
  const known = await Promise.all(
    deliveries.map(({ delivery }, i) => lookUp(delivery, origins[i] as LogOrigin, invocation, describing, ledger)),
  );
  ledger.lap("metadata");
  const sources = deliveries.map(({ item, delivery }, i): Source => {
    const rule = describing.rules?.(delivery, ledger.ruleBudget);
    if (rule) ledger.addRule(rule.name);
    const settings = rule ? withOverrides(describing.settings, rule.overrides) : describing.settings;
    const attributes = enrich(delivery, origins[i] as LogOrigin, known[i] ?? NO_METADATA, settings, invocation);
    return { item, delivery, attributes, rule };
  });
  ledger.lap("enrich");
  return sources;
}

/** Never longer than the budget, never a failure: what can't be looked up is left out, and counted. */
async function lookUp(
  { logGroup, account }: Delivery,
  { ecs }: LogOrigin,
  { functionArn }: Invocation,
  { metadata, settings }: Describing,
  ledger: Ledger,
): Promise<KnownMetadata> {
  if (!metadata) return NO_METADATA;
  const { budgetMs, clusterHint } = settings.metadata;
  const known = await metadata.lookUp({ logGroup, account, ecs, clusterHint, functionArn }, budgetMs);
  for (const right of known.missingRights) ledger.call.note(`missing right: ${right}`);
  for (const note of known.notes) ledger.call.note(note);
  if (known.partial) ledger.add("metadataPartial", 1);
  return known;
}
