import { expect, test } from "vitest";
import { readDefinition } from "../../../functions/forwarder/metadata/read-definition.ts";

const LOGS_LABEL = "com.datadoghq.ad.logs";
const readContainer = (container: Readonly<Record<string, unknown>>) => readDefinition([{ name: "app", ...container }]);
const tagsOf = (container: Readonly<Record<string, unknown>>) => readContainer(container).containers.get("app");

test("takes the labels that our own construct puts on a container", () => {
  const dockerLabels = {
    "com.datadoghq.tags.env": "prod",
    "com.datadoghq.tags.service": "shop-api",
    "com.datadoghq.tags.version": "1.4.2",
    [LOGS_LABEL]: '[{"source":"nodejs","service":"shop-api","tags":["env:prod","team:shop"]}]',
  };
  const expected = { env: "prod", service: "shop-api", version: "1.4.2", source: "nodejs", unreadable: false };
  expect(tagsOf({ dockerLabels })).toEqual({ ...expected, tags: ["env:prod", "team:shop"] });
});

test("takes the variables of Datadog's libraries, where no label says otherwise", () => {
  const environment = [
    { name: "DD_ENV", value: "staging" },
    { name: "DD_SERVICE", value: "shop" },
    { name: "DD_VERSION", value: "2" },
  ];
  expect(tagsOf({ environment })).toMatchObject({ env: "staging", service: "shop", version: "2" });
  const dockerLabels = { "com.datadoghq.tags.env": "prod", [LOGS_LABEL]: '[{"service":"from-label"}]' };
  expect(tagsOf({ environment, dockerLabels })).toMatchObject({ env: "prod", service: "from-label", version: "2" });
});

test.each([
  ["team:shop, tier:1", ["team:shop", "tier:1"]],
  ["team:shop tier:1", ["team:shop", "tier:1"]],
  ["", []],
])("splits DD_TAGS %j as Datadog's agent does", (value, tags) => {
  expect(tagsOf({ environment: [{ name: "DD_TAGS", value }] })?.tags).toEqual(tags);
});

test("keeps nothing else of the environment", () => {
  const secrets = ["DD_API_KEY", "DATABASE_URL", "DD_TAGS_SECRET"].map((name) => ({ name, value: `planted-${name}` }));
  expect(JSON.stringify(tagsOf({ environment: secrets, dockerLabels: { note: "planted" } }))).not.toContain("planted");
});

test.each(["{", '{"source":"x"}', "[]", "[3]", "null"])("says that the label %j can't be read", (label) => {
  expect(tagsOf({ dockerLabels: { [LOGS_LABEL]: label } })).toMatchObject({ tags: [], unreadable: true });
});

test("tells containers apart, and passes over those without a name", () => {
  const named = (name?: string) => ({ name, dockerLabels: { "com.datadoghq.tags.env": String(name) } });
  const read = readDefinition([named("app"), named("proxy"), named()]);
  expect([...read.containers].map(([name, { env }]) => [name, env])).toEqual([
    ["app", "app"],
    ["proxy", "proxy"],
  ]);
});

const NOTHING = {
  env: undefined,
  service: undefined,
  version: undefined,
  source: undefined,
  tags: [],
  unreadable: false,
};

test.each([
  { environment: {} },
  { environment: "DD_ENV=prod" },
  { environment: ["DD_ENV=prod"] },
  { environment: [{ name: "DD_ENV", value: 7 }] },
  { environment: [{ name: 7, value: "prod" }] },
  { dockerLabels: [] },
  { dockerLabels: "prod" },
  { dockerLabels: { "com.datadoghq.tags.env": 7 } },
  { dockerLabels: { "com.datadoghq.tags.env": { toString: "prod" } } },
  { dockerLabels: { [LOGS_LABEL]: [{ source: "nodejs" }] } },
])("leaves out what is of another kind than it should be, and says so: %j", (container) => {
  expect(tagsOf(container)).toEqual(NOTHING);
  expect(readContainer(container).malformed).toBe(true);
});

test.each([{}, { environment: null, dockerLabels: null }, { environment: [], dockerLabels: {} }])(
  "what is not there is nothing wrong: %j",
  (container) => {
    expect(tagsOf(container)).toEqual(NOTHING);
    expect(readContainer(container).malformed).toBe(false);
  },
);
