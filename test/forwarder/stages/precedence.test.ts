import fc from "fast-check";
import { expect, test } from "vitest";
import { entriesOf } from "../../../functions/forwarder/entries.ts";
import { openLedger } from "../../../functions/forwarder/ledger.ts";
import type { MetadataLookup } from "../../../functions/forwarder/metadata/lookup.ts";
import { describeSources } from "../../../functions/forwarder/sources.ts";
import { settle, settleFirst, TAG_SOURCES, type TagSource } from "../../../functions/forwarder/stages/precedence.ts";
import { loadRules } from "../../../functions/forwarder/stages/rules/load.ts";
import { cleanTag, keyOf } from "../../../functions/forwarder/stages/tags.ts";
import { ConfigError } from "../../../functions/settings/config.ts";
import { delivery, INVOCATION, onTheWire } from "../../support/deliveries.ts";
import { configOf } from "../../support/forwarder.ts";
import { manualClock } from "../../support/sends.ts";
import { anyText } from "../../support/texts.ts";

const SOURCES = TAG_SOURCES.map(({ id }) => id);
const KEYS = ["env", "service", "version", "team", "region", "cost_center"];
/** All are the same to Datadog. */
const spelled = (key: string) => [key, key.toUpperCase(), `${key.charAt(0).toUpperCase()}${key.slice(1)}`, `_1${key}`];

const pairs = SOURCES.flatMap((higher, i) => SOURCES.slice(i + 1).map((lower) => [higher, lower] as const));

test.each(pairs)("%s wins over %s, however either spells it", (higher, lower) => {
  for (const key of KEYS) {
    for (const above of spelled(key)) {
      for (const below of spelled(key)) {
        const said = { [lower]: { tags: [`${below}:no`, "other:1"] }, [higher]: { tags: [`${above}:Yes`] } };
        const { ddtags, service } = settle(said);
        expect(ddtags.split(",").toSorted()).toEqual([`${key}:yes`, "other:1"].toSorted());
        expect(service).toBe(key === "service" ? "Yes" : undefined);
      }
    }
  }
});

test.each(pairs)("a service that %s sets without a tag wins over one of %s, tag or not", (higher, lower) => {
  for (const below of [{ tags: ["Service:no"] }, { tags: [], service: "no" }]) {
    expect(settle({ [lower]: below, [higher]: { tags: [], service: "Yes" } })).toEqual({ ddtags: "", service: "Yes" });
  }
});

test("of several values that one source has for a name, all are sent, but of env, service and version the first", () => {
  const tags = ["team:a", "Team:B", "env:1", "ENV:2", "service:x", "Service:y", "version:1", "version:2", "team:a"];
  expect(settle({ ddTags: { tags } })).toEqual({
    ddtags: "team:a,team:b,env:1,service:x,version:1",
    service: "x",
  });
});

test("a name alone is said, too, but is no env, service or version", () => {
  const above = { tags: ["flag", "env", "service:", "Version: "] };
  const below = { tags: ["flag:no", "env:prod", "service:shop", "version:1"] };
  expect(settle({ rule: above, names: below })).toEqual({
    ddtags: "env:prod,service:shop,version:1,flag",
    service: "shop",
  });
});

test("a service is as long as a tag at most", () => {
  expect(settle({ message: { tags: [`service:${"x".repeat(1_000)}`] } }).service).toHaveLength(200);
});

test("whatever is said, tags are clean, each once, with one env, service and version, and settling again changes nothing", () => {
  const tag = fc.oneof(
    fc
      .tuple(fc.constantFrom(...KEYS.flatMap(spelled)), fc.constantFrom("a", "B", "", "ü b"))
      .map(([key, value]) => `${key}:${value}`),
    anyText(),
  );
  const said = fc.record({ tags: fc.array(tag), service: fc.option(fc.constantFrom("a", "Shop"), { nil: undefined }) });
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...SOURCES), said), (given) => {
      const { ddtags, service } = settle(given);
      const tags = ddtags === "" ? [] : ddtags.split(",");
      expect(tags.map(cleanTag)).toEqual(tags);
      expect(new Set(tags).size).toBe(tags.length);
      for (const key of ["env", "service", "version"]) {
        expect(tags.filter((one) => keyOf(one) === key).length).toBeLessThanOrEqual(1);
      }
      const tagged = tags.find((one) => keyOf(one) === "service");
      if (tagged) expect(cleanTag(`service:${service}`)).toBe(tagged);
      const settled = { ddtags, service: service ?? "none" };
      expect(settleFirst({ tags: [] }, settled)).toEqual(settled);
    }),
  );
});

/** Who can say any tag, and how. The others, such as the names of log group and stream, have tags of their own. */
const SPEAKERS = [
  "message",
  "rule",
  "settings",
  "ddTags",
  "container",
  "taskTags",
  "logGroupTags",
] as const satisfies readonly TagSource[];
type Speaker = (typeof SPEAKERS)[number];

interface Speech {
  readonly key: string;
  readonly value: string;
}

/** The entry of a line of an ECS task, with what each of them says. */
async function entryWith(said: Partial<Record<Speaker, Speech>>) {
  const tagsOf = (speaker: Speaker) => {
    const speech = said[speaker];
    return speech ? [`${speech.key}:${speech.value}`] : [];
  };
  const awsTags = (speaker: Speaker) => {
    const speech = said[speaker];
    return speech ? { [speech.key]: speech.value } : {};
  };
  const { settings } = said;
  const config = configOf({
    DD_API_KEY: "k",
    DD_TAGS: ["a:1", ...tagsOf("ddTags")].join(", "),
    ...(settings && { [`DD_${settings.key.toUpperCase()}`]: settings.value }),
  });
  const metadata: MetadataLookup = {
    lookUp: async () => ({
      task: {
        cluster: "prod",
        taskArn: "arn:aws:ecs:eu-west-1:111122223333:task/prod/1",
        taskId: "1",
        region: "eu-west-1",
        account: "111122223333",
        family: "shop",
        revision: "7",
        container: "app",
        tags: tagsOf("container"),
        taskTags: awsTags("taskTags"),
      },
      logGroupTags: awsTags("logGroupTags"),
      partial: false,
      missingRights: [],
      notes: [],
    }),
    learn: () => undefined,
  };
  const rules = loadRules(JSON.stringify({ rules: [{ logGroup: "*", tags: ["b:1", ...tagsOf("rule")] }] }), {});
  if (rules instanceof ConfigError) throw rules;
  const line = JSON.stringify({ msg: "x", ...(said.message && { ddtags: ` c:1 , ${tagsOf("message")}` }) });
  const ledger = openLedger(INVOCATION, 1, manualClock());
  const parts = { settings: { ...config, forwarderName: "f", forwarderVersion: "1" }, metadata, rules };
  const sources = await describeSources([{ item: 0, delivery: delivery([line]) }], INVOCATION, parts, ledger);
  const [entry] = entriesOf(sources, ledger, Date.now());
  if (!entry) throw new Error("no entry");
  return onTheWire(entry) as unknown as { service: string; ddtags: string; message: string };
}

test("holds for all that settings, rules, labels, AWS and lines can say, in any case", async () => {
  const speech = (key: string) =>
    fc.record(
      Object.fromEntries(
        SPEAKERS.filter((speaker) => speaker !== "settings" || key === "env" || key === "service").map((speaker) => [
          speaker,
          fc.constantFrom(...spelled(key).slice(0, 3)).map((name) => ({ key: name, value: `By-${speaker}` })),
        ]),
      ),
      { requiredKeys: [] },
    );
  const anySpeech = fc
    .constantFrom("env", "service", "version", "team")
    .chain((key) => fc.tuple(fc.constant(key), speech(key)));
  await fc.assert(
    fc.asyncProperty(anySpeech, async ([key, said]) => {
      const { ddtags, service, message } = await entryWith(said);
      const winner = SOURCES.find((source) => source in said);
      // DD_SERVICE, and a service in DD_TAGS, become no tags.
      const isTag = winner !== undefined && !(key === "service" && (winner === "settings" || winner === "ddTags"));
      const sent = ddtags.split(",").filter((tag) => keyOf(tag) === key);
      expect(sent).toEqual(isTag ? [`${key}:by-${winner.toLowerCase()}`] : []);
      if (key === "service") expect(service.toLowerCase()).toBe(winner ? `by-${winner.toLowerCase()}` : "shop-api");
      expect(message).toBe('{"msg":"x"}');
      expect(ddtags.split(",")).toEqual(expect.arrayContaining(["a:1", "b:1", "cluster_name:prod"]));
    }),
    { numRuns: 300 },
  );
});
