import { cleanTag, keyOf, MAX_TAG_CHARACTERS } from "./tags.ts";

interface TagSourceRow {
  readonly id: string;
  /** Both for the documentation. */
  readonly who: string;
  readonly says: string;
}

/**
 * Who may say tags, and the service. A key belongs to the first that says it, and what those below say of it is not sent.
 * First comes what is said to Datadog on purpose, from the narrowest to the widest, then what is found out, and last what
 * AWS keeps for any purpose.
 */
export const TAG_SOURCES = [
  { id: "message", who: "the line", says: "`ddtags` in its JSON, and `service` beside them" },
  { id: "rule", who: "the [rule](rules.md) for its log group", says: "`env` and `service`, then `tags`" },
  { id: "settings", who: "the forwarder's settings", says: "`DD_ENV`, `DD_SERVICE`, or `service:` in `DD_TAGS`" },
  { id: "ddTags", who: "the same", says: "`DD_TAGS`" },
  {
    id: "container",
    who: "the container's definition",
    says: "labels `com.datadoghq.tags.…` and `com.datadoghq.ad.logs`, then `DD_ENV`, `DD_SERVICE`, `DD_VERSION` and `DD_TAGS`",
  },
  { id: "forwarder", who: "the forwarder, of itself", says: "`forwardername`, `forwarder_version`" },
  { id: "task", who: "ECS, of the task", says: "the table above, from `container_id` to `aws_account`" },
  {
    id: "names",
    who: "log group and stream",
    says: "`container_id`, `container_name`, `functionname`, `region`, `aws_account`, and the tags in [sources.md](sources.md)",
  },
  { id: "taskTags", who: "tags of the task in AWS", says: "any" },
  { id: "logGroupTags", who: "tags of the log group in AWS", says: "any" },
] as const satisfies readonly TagSourceRow[];

export type TagSource = (typeof TAG_SOURCES)[number]["id"];

/** The order on the wire: that of FireLens first, and what the user set last. */
const AS_SENT: readonly TagSource[] = [
  "task",
  "container",
  "taskTags",
  "logGroupTags",
  "names",
  "forwarder",
  "settings",
  "ddTags",
  "rule",
  "message",
];

const RANKS_AS_SENT = AS_SENT.map((source) => TAG_SOURCES.findIndex(({ id }) => id === source));

/** Keys of which an entry has one value: what Datadog joins logs with traces and metrics by. */
const SINGLE = new Set(["env", "service", "version"]);

/** What one source says. `tags`: `key:value`, not cleaned yet. `service`: said beside the tags, so it becomes none. */
export interface Said {
  readonly tags: readonly string[];
  readonly service?: string;
}

export type SaidBy = { readonly [Source in TagSource]?: Said };

/** Tags as the intake reads them, each key from the source it belongs to, and the service if any source names one. */
export function settle(said: SaidBy): { readonly ddtags: string; readonly service?: string } {
  const kept = keep(TAG_SOURCES.map(({ id }) => said[id] ?? NOTHING));
  const tags = RANKS_AS_SENT.flatMap((rank) => kept[rank]?.tags ?? []);
  return { ddtags: joined(tags), service: kept.find(({ service }) => service !== undefined)?.service };
}

/** The same for one who is first of all, and what was settled between the others. */
export function settleFirst<Attributes extends { readonly ddtags: string; readonly service: string }>(
  first: Said,
  others: Attributes,
): Attributes {
  const [own = NOTHING, rest = NOTHING] = keep([first, { tags: others.ddtags.split(",") }]);
  return { ...others, service: own.service ?? others.service, ddtags: joined([...rest.tags, ...own.tags]) };
}

const NOTHING: Said = { tags: [] };

const joined = (cleaned: readonly string[]) => [...new Set(cleaned)].join(",");

/** Of each source what no earlier one says, cleaned. `service` is told of the one that it belongs to. */
function keep(sources: readonly Said[]): Said[] {
  const taken = new Set<string>();
  return sources.map(({ tags, service: beside }) => {
    let service = taken.has("service") ? undefined : beside;
    if (service !== undefined) taken.add("service");
    const own = new Set<string>();
    const kept: string[] = [];
    for (const given of tags) {
      const tag = cleanTag(given);
      const key = keyOf(tag);
      // Without a value, `env` is no environment.
      if (tag === "" || taken.has(key) || (SINGLE.has(key) && (own.has(key) || key === tag))) continue;
      own.add(key);
      kept.push(tag);
      if (key === "service") service = serviceIn(given);
    }
    for (const key of own) taken.add(key);
    return { tags: kept, service };
  });
}

/** As it was written: Datadog cleans it where it is a tag, not where it is an attribute. */
const serviceIn = (tag: string) =>
  tag
    .replace(/^[^\p{L}]*[^:]*:/u, "")
    .trim()
    .slice(0, MAX_TAG_CHARACTERS);

/** For the documentation. */
export function precedenceTable(): string {
  const rows = TAG_SOURCES.map(({ who, says }, i) => [String(i + 1), who, says]);
  return [["", "Who", "What"], ["---", "---", "---"], ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
