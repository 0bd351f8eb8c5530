import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { entriesOf } from "../../../functions/forwarder/entries.ts";
import { openLedger } from "../../../functions/forwarder/ledger.ts";
import { describeSources } from "../../../functions/forwarder/sources.ts";
import { mergingTags, takeTags } from "../../../functions/forwarder/stages/message-tags.ts";
import { readDeliveries } from "../../../functions/forwarder/stages/read.ts";
import { loadRules } from "../../../functions/forwarder/stages/rules/load.ts";
import type { RulesFile } from "../../../functions/forwarder/stages/rules/types.ts";
import { cleanTag } from "../../../functions/forwarder/stages/tags.ts";
import type { Delivery } from "../../../functions/records/delivery.ts";
import type { EntryAttributes } from "../../../functions/records/entry.ts";
import { eventsOf } from "../../../functions/records/event.ts";
import { ConfigError } from "../../../functions/settings/config.ts";
import { delivery, INVOCATION, onTheWire } from "../../support/deliveries.ts";
import { manualClock } from "../../support/sends.ts";
import { anyText } from "../../support/texts.ts";

describe("ddtags of a JSON message", () => {
  test.each([
    ["a text", '{"ddtags":"a:1,b:2","m":1}', '{"m":1}', ["a:1", "b:2"]],
    ["with spaces", '{"m":1, "ddtags": " a:1 , b: 2,c :3 "}', '{"m":1}', ["a:1", "b:2", "c:3"]],
    ["with spaces within", '{"ddtags":"team:core web"}', "{}", ["team:core web"]],
    ["with colons in a value", '{"ddtags":"url:http://x:8"}', "{}", ["url:http://x:8"]],
    ["in a line with its end", ' {"m" : 1 , "ddtags":"a:1"}\n', ' {"m" : 1}\n', ["a:1"]],
    ["twice", '{"ddtags":"a:1","m":1,"ddtags":"b:2"}', '{"m":1}', ["a:1", "b:2"]],
    ["of an escaped name", '{"d\\u0064tags":"a:1","x":"ddtags"}', '{"x":"ddtags"}', ["a:1"]],
  ])("that are %s go", (_what, message, rest, tags) => {
    expect(takeTags(message)).toEqual({ message: rest, said: { tags, service: undefined } });
  });

  test.each([
    ["a list", '{"m":1, "ddtags":["a:1","b:2, c:3"]}', ["a:1", "b:2", "c:3"]],
    ["an object", '{"ddtags":{"a":" 1","b":2,"c":true},"m":1}', ["a:1", "b:2", "c:true"]],
    ["null", '{"ddtags":null,"m":1}', []],
    ["a number", '{"ddtags":42,"m":1}', []],
    ["a list of more", '{"ddtags":["a:1",[2],null,{"b":1}]}', ["a:1"]],
    ["a deeper object", '{"ddtags":{"a":{"b":1},"c":"2","d":null}}', ["c:2"]],
  ])("that are %s stay, and are read as far as can be", (_what, message, tags) => {
    expect(takeTags(message)).toEqual({ message, said: { tags, service: undefined } });
  });

  it("leave the rest as it is, digit by digit", () => {
    const rest = '{"id":12345678901234567890,"pi":3.10,"t":"\\u0041\\/","deep":{"ddtags":"x:y"}}';
    expect(takeTags(`{"ddtags":"a:1",${rest.slice(1)}`)?.message).toBe(rest);
  });

  test.each([
    "ddtags",
    '"ddtags"',
    '["ddtags"]',
    '{"a":{"ddtags":"a:1"}}',
    '{"DDTAGS":"a:1"}',
    '{"x":"ddtags"}',
    '{"ddtags":"a:1"',
    '2026-11-24T10:00:00Z INFO {"ddtags":"a:1"}',
  ])("are not in %s", (message) => {
    expect(takeTags(message)).toBeUndefined();
  });

  it("are a hundred at most", () => {
    const many = Array.from({ length: 300 }, (_, i) => `t${i}:1`);
    const taken = takeTags(
      JSON.stringify({ ddtags: many.slice(0, 50).join(","), more: 1 }).replace("}", `,"ddtags":"${many.slice(50)}"}`),
    );
    expect(taken?.said.tags).toEqual(many.slice(0, 100));
  });

  test.each([
    ["cart-api", "cart-api"],
    [" Cart ", "Cart"],
    ["", undefined],
    [7, undefined],
    [null, undefined],
    [{ name: "cart" }, undefined],
    ["x".repeat(201), undefined],
  ])("come with the service that the intake will read: %j is %j", (service, said) => {
    expect(takeTags(JSON.stringify({ service, ddtags: "a:1" }))?.said.service).toBe(said);
  });

  it("of any shape make no failure, and nothing else of the line is lost", () => {
    const like = fc.record({ ddtags: fc.jsonValue(), service: fc.jsonValue(), m: fc.jsonValue() });
    fc.assert(
      fc.property(like, (given) => {
        const taken = takeTags(JSON.stringify(given));
        const { ddtags, ...rest } = JSON.parse(JSON.stringify(given));
        const { ddtags: left, ...others } = JSON.parse(taken?.message ?? "");
        expect(others).toEqual(rest);
        expect(left).toEqual(typeof ddtags === "string" ? undefined : ddtags);
        for (const tag of taken?.said.tags ?? []) expect(typeof tag).toBe("string");
      }),
    );
    fc.assert(fc.property(anyText(), (text) => void takeTags(`${text}"ddtags"${text}`)));
  });
});

interface Sent {
  readonly message: string;
  readonly service: string;
  readonly ddtags: string;
  readonly hostname: string;
}

async function sent(given: Delivery, rules?: RulesFile): Promise<Sent[]> {
  const ledger = openLedger(INVOCATION, 1, manualClock());
  const find = rules && loadRules(JSON.stringify(rules), {});
  if (find instanceof ConfigError) throw find;
  const settings = { tags: ["team:core"], env: "prod", service: "shop", forwarderName: "f", forwarderVersion: "1" };
  const describing = { settings: { ...settings, metadata: { budgetMs: 0 } }, rules: find };
  const sources = await describeSources([{ item: 0, delivery: given }], INVOCATION, describing, ledger);
  return [...entriesOf(sources, ledger, Date.now())].map((one) => onTheWire(one) as unknown as Sent);
}

const OURS = "container_name:app,region:eu-west-1,aws_account:111122223333,forwardername:f,forwarder_version:1";

describe("an entry", () => {
  it("has the line's tags beside its own, of the same name instead of them, and the service in them", async () => {
    const lines = ['{"m":1,"ddtags":"tenant:Acme, Env:dev, service:Cart"}', '{"m":2}'];
    expect(await sent(delivery(lines))).toMatchObject([
      { message: '{"m":1}', service: "Cart", ddtags: `${OURS},team:core,tenant:acme,env:dev,service:cart` },
      { message: '{"m":2}', service: "shop", ddtags: `${OURS},env:prod,team:core` },
    ]);
  });

  it("has the line's service, which the intake prefers, and then no other in its tags", async () => {
    const [entry] = await sent(delivery(['{"service":"cart","ddtags":"service:other,a:1"}']));
    expect(entry).toMatchObject({ message: '{"service":"cart"}', service: "cart" });
    expect(entry?.ddtags).toBe(`${OURS},env:prod,team:core,a:1`);
  });

  it("has both the host that its event names and the tags", async () => {
    const given = delivery(['{"instanceID":"orders-1","ddtags":"a:1"}', '{"instanceID":"orders-2","ddtags":"a:1"}'], {
      logGroup: "RDSOSMetrics",
    });
    const entries = await sent(given);
    expect(entries.map(({ hostname }) => hostname)).toEqual(["orders-1", "orders-2"]);
    for (const { ddtags } of entries) expect(ddtags).toMatch(/,a:1$/);
  });

  it("has no tag that a rule cut out of the line", async () => {
    const redact = [{ pattern: "secret-\\w+", replacement: "x" }];
    const [entry] = await sent(delivery(['{"ddtags":"key:secret-1,a:1"}']), { rules: [{ logGroup: "*", redact }] });
    expect(entry).toMatchObject({ message: "{}", ddtags: `${OURS},env:prod,team:core,key:x,a:1` });
  });

  it("has the tags of JSON over several lines, once a rule has joined them", async () => {
    const lines = ["{", '  "ddtags": "a:1",', '  "m": 1', "}", "{", '  "m": 2', "}"];
    const entries = await sent(delivery(lines), { rules: [{ logGroup: "*", multiline: { startPattern: "^\\{" } }] });
    expect(entries.map(({ message }) => JSON.parse(message))).toEqual([{ m: 1 }, { m: 2 }]);
    expect(entries.map(({ ddtags }) => ddtags.endsWith(",a:1"))).toEqual([true, false]);
  });

  it("is told apart from others whatever lines have tags, with and without a rule", async () => {
    const line = fc.constantFrom('{"m":1}', "ddtags", '{"ddtags":"a:1"}', '{"ddtags":"b:1"}', '{"x":"\\"ddtags\\""}');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.boolean(), async (lines, ruled) => {
        const entries = await sent(
          delivery(lines),
          ruled ? { rules: [{ logGroup: "*", exclude: "^never$" }] } : undefined,
        );
        const expected = lines.map((text) => {
          const taken = takeTags(text);
          return { message: taken?.message ?? text, tags: (taken?.said.tags ?? []).map(cleanTag) };
        });
        expect(
          entries.map(({ message, ddtags }) => ({
            message,
            tags: ddtags.split(",").filter((tag) => /^[ab]:/.test(tag)),
          })),
        ).toEqual(expected);
      }),
    );
  });
});

describe("a delivery", () => {
  const COMMON: EntryAttributes = {
    ddsource: "ecs",
    ddsourcecategory: "aws",
    service: "shop",
    hostname: "h",
    ddtags: "env:prod",
    aws: { awslogs: { logGroup: "g", logStream: "s", owner: "1" }, invoked_function_arn: "f" },
  };

  it("without them is known at once, and none of its events is looked at", () => {
    expect(mergingTags(delivery(["x", '{"m":1}', "dd tags"]).events)).toBeUndefined();
    expect(mergingTags(delivery([]).events)).toBeUndefined();
  });

  it("is not taken for one that follows it in the same bytes", () => {
    const body = (message: string) =>
      JSON.stringify({
        messageType: "DATA_MESSAGE",
        owner: "1",
        logGroup: "g",
        logStream: "s",
        logEvents: [{ id: "1", timestamp: 1, message }],
      });
    const deliveries = readDeliveries(Buffer.from(body("x") + body('{"ddtags":"a:1"}') + body("y")));
    if (typeof deliveries === "string") throw new Error(deliveries);
    expect(deliveries.map(({ events }) => mergingTags(events) !== undefined)).toEqual([false, true, false]);
  });

  it("has one object for all its lines of the same tags, which is written once", () => {
    const lines = Array.from({ length: 300 }, (_, i) => JSON.stringify({ i, ddtags: `n:${i % 2}` }));
    const { events } = delivery(lines);
    const merge = mergingTags(events);
    const attributes = [...eventsOf(events)].map((event) => merge?.(event, undefined, COMMON)?.attributes);
    expect(new Set(attributes).size).toBe(2);
  });
});
