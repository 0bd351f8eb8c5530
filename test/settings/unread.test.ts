import { describe, expect, test } from "vitest";
import { ENV, NETWORK_ENV, RULE_ENV } from "../../functions/settings/environment.ts";
import { NOT_TAKEN_OVER, type NotTakenOver } from "../../functions/settings/not-taken-over.ts";
import { unreadNames } from "../../functions/settings/unread.ts";
import { unreadWarnings } from "../../functions/settings/unread-warnings.ts";
import { DATADOG_VARIABLES, PYTHON_VARIABLES } from "../fixtures/datadog-forwarder.ts";

const TAKEN: readonly string[] = [ENV, RULE_ENV, NETWORK_ENV].flatMap((names) => Object.values(names));
const ROWS: [string, NotTakenOver][] = Object.entries(NOT_TAKEN_OVER);

const warningsOf = (environment: Readonly<Record<string, string>>) =>
  unreadWarnings(unreadNames(environment), environment);

describe("every setting of Datadog's forwarder", () => {
  test.each([...DATADOG_VARIABLES, ...PYTHON_VARIABLES])(
    "is taken over, or it is known what to do instead: %s",
    (name) => {
      expect([TAKEN.includes(name), name in NOT_TAKEN_OVER].filter(Boolean)).toHaveLength(1);
    },
  );

  test("and no other is in the table", () => {
    expect(Object.keys(NOT_TAKEN_OVER).toSorted()).toEqual(
      [...DATADOG_VARIABLES, ...PYTHON_VARIABLES].filter((name) => !TAKEN.includes(name)).toSorted(),
    );
  });
});

describe("a setting without effect", () => {
  const SECRET = "hunter2";

  test.each(ROWS)("%s is told with what to do, in one line, without its value", (name, { does, instead }) => {
    const [warning = "", ...others] = warningsOf({ [name]: SECRET });
    expect(others).toEqual([]);
    expect(warning).toBe(`${name} has no effect here. In Datadog's forwarder it ${does}. ${instead}`);
    expect(warning).not.toMatch(/hunter2|[\r\n]/);
    expect(instead).toMatch(/^[A-Z].+\.$/);
    expect(does).toMatch(/^[a-z].+[^.]$/);
  });

  test.each(ROWS.filter(([, { asHere }]) => asHere))("%s is not told if nothing is missed", (name, { asHere = [] }) => {
    for (const value of asHere) expect(warningsOf({ [name]: ` ${value.toUpperCase()} ` })).toEqual([]);
    expect(warningsOf({ [name]: " " })).toEqual([]);
  });

  test("says what only is so if it is asked for", () => {
    expect(warningsOf({ DD_FORWARD_LOG: "false", DD_SKIP_SSL_VALIDATION: "true" })).toEqual([
      expect.stringContaining("remove the subscription"),
      expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    ]);
    expect(warningsOf({ DD_FORWARD_LOG: "true", DD_SKIP_SSL_VALIDATION: "false" })).toEqual([]);
  });
});

describe("a name of our own that is none", () => {
  test.each([
    ["SIDECARLESS_ECS_METADATE", "SIDECARLESS_ECS_METADATA"],
    ["SIDECARLESS_REQUEST_TIMEOUT", "SIDECARLESS_REQUEST_TIMEOUT_MS"],
    ["SIDECARLESS_APIKEY_TTL_SECONDS", "SIDECARLESS_API_KEY_TTL_SECONDS"],
    ["SIDECARLESS_LOG_GROUPS_TAGS", "SIDECARLESS_LOG_GROUP_TAGS"],
  ])("is told, with the one that was meant: %s", (name, meant) => {
    const warning = `${name} is no setting, and has no effect. Did you mean ${meant}?`;
    expect(warningsOf({ [name]: "hunter2" })).toEqual([warning]);
  });

  test("is told without one if it is like none", () => {
    expect(warningsOf({ SIDECARLESS_COLOUR: "blue" })).toEqual([
      "SIDECARLESS_COLOUR is no setting, and has no effect.",
    ]);
  });
});

test("nothing is told of what is read, of Lambda's own, and of Datadog's layer", () => {
  const others = ["AWS_REGION", "PATH", "DD_LAMBDA_HANDLER", "DD_TRACE_SAMPLE_RATE", "https_proxy"];
  expect(warningsOf(Object.fromEntries([...TAKEN, ...others].map((name) => [name, "x"])))).toEqual([]);
});
