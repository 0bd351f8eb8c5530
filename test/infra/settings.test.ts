import { expect, test } from "vitest";
import { parseSettings, SettingsError } from "../../infra/settings/settings.ts";

test("takes what a deployment needs, and CDK's own context besides", () => {
  const context = {
    apiKeySecret: "dd-key",
    logGroups: "/ecs/a, /ecs/b",
    "aws:cdk:x": true,
    "@aws-cdk/core:flag": true,
  };
  expect(parseSettings(context)).toMatchObject({
    apiKey: { secret: "dd-key" },
    logGroups: ["/ecs/a", "/ecs/b"],
    intakeTls: true,
    wholeAccount: false,
  });
});

test("lists every problem at once", () => {
  const problems = [
    [{ logGruops: "/a" }, "logGruops is no setting"],
    [{ apiKeyParameter: "p" }, "either apiKeySecret"],
    [{ logGroups: "a b" }, "\"a b\" can't be a log group's name"],
    [{ site: "https://datadoghq.eu" }, "site must be a host name"],
    [{ intakePort: "http" }, "intakePort must be a whole number"],
    [{ memoryMb: "64" }, "memoryMb must be a whole number from 128"],
    [{ timeoutSeconds: "1000" }, "timeoutSeconds"],
    [{ wholeAccount: "yes" }, "wholeAccount must be true or false"],
    [{ alarmTopicArn: "my-topic" }, "alarmTopicArn must be the ARN"],
    [{ comparisonIntake: "agent" }, 'comparisonIntake must be recorder or datadog; it is "agent"'],
  ] as const;
  const context = Object.assign({ apiKeySecret: "dd-key" }, ...problems.map(([wrong]) => wrong));
  const parse = () => parseSettings(context);
  expect(parse).toThrow(SettingsError);
  for (const [, message] of problems) expect(parse).toThrow(message);
});

test.each([{}, { apiKeySecret: "" }])("wants the API key's place: %j", (context) => {
  expect(() => parseSettings(context)).toThrow("either apiKeySecret");
});

test("whole account and single log groups exclude each other", () => {
  const context = { apiKeySecret: "dd-key", wholeAccount: "true", logGroups: "/a" };
  expect(() => parseSettings(context)).toThrow("leave logGroups out");
});
