import { CfnParameter, Duration, Stack } from "aws-cdk-lib";
import { Match, Annotations as Warnings } from "aws-cdk-lib/assertions";
import { Role } from "aws-cdk-lib/aws-iam";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { describe, expect, test } from "vitest";
import { Forwarder, type ForwarderProps } from "../../infra/constructs/forwarder.ts";
import { existingApiKey } from "../../infra/parts/api-key-source.ts";

type Props = Partial<ForwarderProps>;

function forwarderWith(props: (stack: Stack) => Props): Stack {
  const stack = new Stack();
  const apiKey = existingApiKey(stack, "Key", { secret: "dd-key" });
  new Forwarder(stack, "Forwarder", { apiKey, reservedConcurrency: "unreserved", ...props(stack) });
  return stack;
}

const roles = (stack: Stack) => {
  const role = Role.fromRoleName(stack, "Role", "role");
  return { forwarder: role, replayer: role };
};

/** What AWS, or the function itself, would refuse after the deployment had begun. */
const REFUSED: readonly (readonly [props: Props | ((stack: Stack) => Props), message: string])[] = [
  [{ memoryMb: 64 }, "memoryMb must be a whole number from 128 to 10240; it is 64."],
  [{ memoryMb: 512.5 }, "memoryMb must be a whole number"],
  [{ timeout: Duration.seconds(2) }, "timeout must be a whole number of seconds from 3 to 900; it is 2 seconds."],
  [{ timeout: Duration.minutes(16) }, "timeout must be"],
  [{ timeout: Duration.millis(3_500) }, "timeout must be a whole number of seconds"],
  [
    { replayEvery: Duration.seconds(20) },
    "replayEvery must be a whole number of minutes from 1 to 60; it is 20 seconds.",
  ],
  [{ replayEvery: Duration.seconds(90) }, "replayEvery must be a whole number of minutes"],
  [{ replayEvery: Duration.minutes(61) }, "replayEvery must be"],
  [{ storedLogsExpireAfter: Duration.hours(36) }, "storedLogsExpireAfter must be a whole number of days from 1"],
  [{ storedLogsExpireAfter: Duration.days(0) }, "storedLogsExpireAfter must be"],
  [{ retryAttempts: 3 }, "retryAttempts must be a whole number from 0 to 2; it is 3."],
  [{ maxEventAge: Duration.seconds(59) }, "maxEventAge must be"],
  [{ maxEventAge: Duration.hours(7) }, "maxEventAge must be"],
  [{ reservedConcurrency: 0 }, "reservedConcurrency must be a whole number from 1 to 100000; it is 0. (0 would switch"],
  [{ entries: { tags: ["team:a,tier:b"] } }, 'entries.tags: "team:a,tier:b" holds a comma'],
  [{ metadata: { logGroupTags: { "a=b": "c" } } }, 'metadata.logGroupTags: "a=b" holds'],
  [{ intake: { host: "https://datadoghq.eu" } }, "DD_URL must be a host name alone"],
  [{ intake: { port: 70_000 } }, "DD_PORT must be a whole number from 1 to 65535"],
  [{ tuning: { compression: "brotli" } }, "DD_COMPRESSION must be auto, zstd or gzip"],
  [{ tuning: { maxConcurrentRequests: 100 } }, "DD_MAX_WORKERS must be a whole number from 1 to 64"],
  [{ entries: { tags: [`team:${"x".repeat(4_096)}`] } }, "bytes, and Lambda allows 4096"],
  [
    (stack) => ({
      store: { bucket: Bucket.fromBucketName(stack, "Kept", "kept") },
      storedLogsExpireAfter: Duration.days(7),
    }),
    "storedLogsExpireAfter is for a new bucket",
  ],
  [
    (stack) => {
      const bucket = Bucket.fromBucketName(stack, "Kept", "kept");
      return { store: { bucket, serverAccessLogs: { bucket } } };
    },
    "store.serverAccessLogs is for a new bucket",
  ],
  [(stack) => ({ functions: { roles: roles(stack), rolePath: "/x/" } }), "functions.rolePath is for new roles"],
];

const madeIn = (stack: Stack, props: (typeof REFUSED)[number][0]) =>
  typeof props === "function" ? props(stack) : props;

describe("what can't work stops the synth", () => {
  test.each(REFUSED.map(([props, message]) => [message, props] as const))("%s", (message, props) => {
    expect(() => forwarderWith((stack) => madeIn(stack, props))).toThrow(message);
  });

  test("with one message that lists everything, and names the forwarder", () => {
    const props = { memoryMb: 64, retryAttempts: 3, intake: { port: 0 } };
    expect(() => forwarderWith(() => props)).toThrow(
      /^Default\/Forwarder: 3 problem\(s\) in the forwarder's props:\n- memoryMb .*\n- retryAttempts .*\n- DD_PORT .*$/,
    );
  });
});

test.each<[what: string, props: Props]>([
  [
    "the shortest times",
    { timeout: Duration.seconds(3), replayEvery: Duration.minutes(1), maxEventAge: Duration.minutes(1) },
  ],
  [
    "the longest times",
    { timeout: Duration.minutes(15), replayEvery: Duration.hours(1), maxEventAge: Duration.hours(6) },
  ],
  [
    "the smallest numbers",
    { memoryMb: 128, retryAttempts: 0, reservedConcurrency: 1, storedLogsExpireAfter: Duration.days(1) },
  ],
  ["the largest numbers", { memoryMb: 10_240, retryAttempts: 2, storedLogsExpireAfter: Duration.days(3_650) }],
])("%s are taken", (_what, props) => {
  expect(() => forwarderWith(() => props)).not.toThrow();
});

test("what only CloudFormation will know is taken", () => {
  const props = (stack: Stack) => {
    const parameter = new CfnParameter(stack, "Parameter", { type: "Number" });
    return {
      memoryMb: parameter.valueAsNumber,
      reservedConcurrency: parameter.valueAsNumber,
      timeout: Duration.seconds(parameter.valueAsNumber),
      intake: { site: parameter.valueAsString, port: parameter.valueAsNumber },
    };
  };
  expect(() => forwarderWith(props)).not.toThrow();
});

describe("an outage can use up the account's concurrency", () => {
  const warningsWith = (props: Props) =>
    Warnings.fromStack(forwarderWith(() => props)).findWarning("*", Match.stringLikeRegexp("Nothing limits"));

  test("which is said once where nobody chose", () => {
    expect(warningsWith({ reservedConcurrency: undefined })).toHaveLength(1);
  });

  test.each([50, "unreserved"] as const)("and not where somebody did: %s", (reservedConcurrency) => {
    expect(warningsWith({ reservedConcurrency })).toEqual([]);
  });
});
