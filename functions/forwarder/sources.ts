import type { Delivery } from "../records/delivery.ts";
import type { EntryAttributes } from "../records/entry.ts";
import type { Invocation } from "../records/invocation.ts";
import type { LogOrigin } from "../records/origin.ts";
import type { Ledger } from "./ledger.ts";
import type { MetadataLookup } from "./metadata/lookup.ts";
import type { Batch } from "./read-items.ts";
import { type EnrichSettings, enrich, type KnownMetadata, NO_METADATA } from "./stages/enrich.ts";
import { type AttributesOf, withEventHost } from "./stages/event-host.ts";
import { identify } from "./stages/identify.ts";
import { type MergeTags, mergingTags } from "./stages/message-tags.ts";
import type { FindRule, RuleFor } from "./stages/rules/load.ts";
import type { Clean } from "./stages/rules/redact-names.ts";

/** A delivery, all that its logs say besides their own text, and the rule for them. */
export interface Source {
  /** Position of the item that it came in. */
  readonly item: number;
  readonly delivery: Delivery;
  readonly attributes: EntryAttributes;
  /** Only where the events tell more than the names do. */
  readonly attributesOf?: AttributesOf;
  /** Only where events have tags of their own. */
  readonly mergeTags?: MergeTags;
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
    const rule = describing.rules?.(delivery, ledger.ruleBudget, ledger.addCut);
    if (rule) ledger.addRule(rule.name);
    const origin = origins[i] as LogOrigin;
    const metadata = known[i] ?? NO_METADATA;
    const said = { delivery, origin, metadata, settings: describing.settings };
    const shown = rule ? cleaned(said, rule.clean) : said;
    const attributes = enrich(
      shown.delivery,
      shown.origin,
      shown.metadata,
      shown.settings,
      invocation,
      rule?.overrides,
    );
    const { hostInEvents } = origin;
    const isReadFromEvents = hostInEvents !== undefined && rule?.overrides.host === undefined;
    return {
      item,
      delivery,
      attributes,
      rule,
      mergeTags: mergingTags(delivery.events),
      ...(isReadFromEvents && { attributesOf: withEventHost(attributes, hostInEvents) }),
    };
  });
  ledger.lap("enrich");
  return sources;
}

interface Said {
  readonly delivery: Delivery;
  readonly origin: LogOrigin;
  readonly metadata: KnownMetadata;
  readonly settings: EnrichSettings;
}

/** What a rule redacts is not in names and tags either. Of the settings, only what goes out is looked at. */
function cleaned({ delivery, origin, metadata, settings }: Said, clean: Clean): Said {
  const { logGroup, logStream } = delivery;
  const { source, service, env, tags } = settings;
  const { task, logGroupTags } = metadata;
  const shown = clean({
    names: { logGroup, logStream },
    origin,
    metadata: { task, logGroupTags },
    settings: { source, service, env, tags },
  });
  return {
    delivery: { ...delivery, ...shown.names },
    origin: shown.origin,
    metadata: shown.metadata,
    settings: { ...settings, ...shown.settings },
  };
}

/** Never longer than the budget, never a failure: what can't be looked up is left out, and counted. */
async function lookUp(
  delivery: Delivery,
  origin: LogOrigin,
  { functionArn }: Invocation,
  { metadata, settings }: Describing,
  ledger: Ledger,
): Promise<KnownMetadata> {
  if (!metadata) return NO_METADATA;
  const { budgetMs, clusterHint } = settings.metadata;
  const { logGroup, account } = delivery;
  // The group's own tags are here even if its logs come from elsewhere; the task is not.
  const ecs = isFromElsewhere(delivery, functionArn) ? undefined : origin.ecs;
  const known = await metadata.lookUp({ logGroup, account, ecs, clusterHint, functionArn }, budgetMs);
  for (const right of known.missingRights) ledger.call.note(`missing right: ${right}`);
  for (const note of known.notes) ledger.call.note(note);
  if (known.partial) ledger.add("metadataPartial", 1);
  return known;
}

function isFromElsewhere({ sourceAccount, region }: Delivery, functionArn: string): boolean {
  const [, , , ownRegion, ownAccount] = functionArn.split(":");
  return (sourceAccount ?? ownAccount) !== ownAccount || (region ?? ownRegion) !== ownRegion;
}
