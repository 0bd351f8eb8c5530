import { describe, expect, test } from "vitest";
import { parseSettings } from "../../../infra/settings/parse-settings.ts";

const NOTHING = { apiKeySecret: "dd-key" };
const parse = (context: Record<string, unknown>, content?: unknown) =>
  parseSettings({ context, ...(content !== undefined && { file: { name: "sidecarless.json", content } }) });
const problemsOf = (context: Record<string, unknown>, content?: unknown) => parse(context, content).problems.join("\n");

describe("a setting", () => {
  test("is read from the file as JSON, from -c as text, and is the same", () => {
    const file = {
      $schema: "./infra/settings/sidecarless.schema.json",
      apiKeySecret: "dd-key",
      logGroups: ["/ecs/a", "/ecs/b"],
      memoryMb: 1024,
      intakeTls: false,
      logGroupTags: { team: "team", CostCenter: "cost_center" },
      logRetentionDays: 30,
      firelensProfile: "hardened",
    };
    const context = {
      apiKeySecret: "dd-key",
      logGroups: "/ecs/a, /ecs/b",
      memoryMb: "1024",
      intakeTls: "false",
      logGroupTags: "team,CostCenter=cost_center",
      logRetentionDays: "30",
      firelensProfile: "hardened",
    };
    const { values, problems } = parse({}, file);
    expect(problems).toEqual([]);
    const { $schema, ...set } = file;
    expect(values).toMatchObject(set);
    expect(parse(context)).toEqual({ values, problems: [] });
    // As JSON in cdk.json's context.
    expect(parse(set)).toEqual({ values, problems: [] });
  });

  test("of -c wins over the file's, and that over the default", () => {
    const file = { ...NOTHING, env: "prod", memoryMb: 1024 };
    expect(parse({ env: "staging" }, file).values).toMatchObject({ env: "staging", memoryMb: 1024, intakeTls: true });
  });

  test("that is empty with -c counts as not given there", () => {
    const { values, problems } = parse({ env: "", memoryMb: "" }, { ...NOTHING, env: "prod" });
    expect(problems).toEqual([]);
    expect(values).toMatchObject({ env: "prod", memoryMb: undefined });
  });
});

describe("log groups", () => {
  test.each([
    ["nothing", {}, undefined],
    ["none, on purpose", { logGroups: "none" }, []],
    ["none, on purpose, of those in the file", { logGroups: "none" }, [], ["/ecs/a"]],
    ["some", { logGroups: "/ecs/a" }, ["/ecs/a"]],
  ] as const)("%s", (_, context, expected, inFile?: readonly string[]) => {
    const { values, problems } = parse(context, { ...NOTHING, ...(inFile && { logGroups: inFile }) });
    expect(problems).toEqual([]);
    expect(values.logGroups).toEqual(expected);
  });

  test("an empty list does not say that it is meant", () => {
    expect(problemsOf({}, { ...NOTHING, logGroups: [] })).toContain('logGroups must not be empty; "none" says');
  });
});

describe("a bad value", () => {
  test.each([
    [{ logGroups: "/ecs/a,a b" }, 'logGroups, item 2, must be a log group\'s name; it is "a b"'],
    [{ logGroups: "/ecs/a,/ecs/a" }, 'logGroups, item 2, must not be there twice; it is "/ecs/a"'],
    [{ site: "https://datadoghq.eu" }, "site must be a host name alone"],
    [{ intakePort: "http" }, 'intakePort must be a whole number from 1 to 65535; it is "http"'],
    [{ memoryMb: "64" }, "memoryMb must be a whole number from 128 to 10240"],
    [{ memoryMb: "1e3" }, "memoryMb must be a whole number"],
    [{ replayEveryMinutes: "90" }, "replayEveryMinutes must be a whole number from 1 to 60"],
    [{ replayEveryMinutes: "1.5" }, "replayEveryMinutes must be a whole number from 1 to 60"],
    [{ wholeAccount: "yes" }, 'wholeAccount must be true or false; it is "yes"'],
    [{ alarmTopicArn: "my-topic" }, "alarmTopicArn must be the ARN"],
    [{ comparisonIntake: "agent" }, 'comparisonIntake must be recorder or datadog; it is "agent"'],
    [{ logRetentionDays: "15" }, "logRetentionDays must be 1, 3, 5,"],
    [{ logGroupTags: "a=b=c,=d" }, "logGroupTags must be names and texts"],
    [{ name: "my_team" }, "name must be 1 to 40 letters"],
    [{ tags: ["team:a,b"] }, "tags, item 1, must be a tag without a comma"],
  ])("of the context: %j", (context, problem) => {
    const problems = problemsOf({ ...NOTHING, ...context });
    expect(problems).toContain(problem);
    expect(problems).toContain("(-c, or context of cdk.json)");
  });

  test.each([
    [{ logGroups: "/ecs/a" }, 'logGroups must be a list of texts, ["…", "…"], or "none"; it is "/ecs/a"'],
    [{ memoryMb: "1024" }, 'memoryMb must be a whole number from 128 to 10240; it is "1024"'],
    [{ wholeAccount: "true" }, 'wholeAccount must be true or false; it is "true"'],
    [{ env: 1 }, "env must be text, in quotes; it is 1"],
    [{ env: "" }, "env must not be empty; leave it out"],
    [{ env: null }, "env must be text, in quotes; it is null"],
    [{ logGroupTags: ["team"] }, "logGroupTags must be names and texts"],
    [{ tags: "team:a" }, 'tags must be a list of texts, ["…", "…"]; it is'],
  ])("of the file: %j", (content, problem) => {
    const problems = problemsOf({}, { ...NOTHING, ...content });
    expect(problems).toContain(problem);
    expect(problems).toContain("(sidecarless.json)");
  });

  test("that is no object at all", () => {
    expect(problemsOf(NOTHING, [])).toContain("sidecarless.json must hold an object");
  });

  test("is said of each, all at once, and no other complaint follows from it", () => {
    const { problems } = parse(
      { memoryMb: "64", apiKeySecret: "a b" },
      { env: 1, wholeAccount: "x", logGroups: ["/a"] },
    );
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual(
      expect.arrayContaining(["memoryMb", "apiKeySecret", "env", "wholeAccount"]),
    );
    expect(problems).toHaveLength(4);
  });
});

describe("the API key", () => {
  const KEY = "0123456789abcdef0123456789abcdef";

  test.each([[{}], [{ apiKeySecret: "" }]])("must be somewhere: %j", (context) => {
    expect(problemsOf(context)).toContain("`npm run init`");
    expect(problemsOf(context, {})).toContain("in sidecarless.json");
  });

  test("is in one place", () => {
    const problems = problemsOf({ apiKeyParameter: "p" }, NOTHING);
    expect(problems).toContain(
      "apiKeySecret (sidecarless.json) and apiKeyParameter (-c, or context of cdk.json) exclude each other",
    );
  });

  test.each(["apiKeySecret", "apiKeyParameter", "apiKey"])("itself as %s is refused, and never said", (name) => {
    const problems = problemsOf({ [name]: KEY }, {});
    expect(problems).toContain(name);
    expect(problems).not.toContain(KEY);
  });
});

describe("settings that do not go together", () => {
  const KMS = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  const ROLES = {
    forwarderRoleArn: "arn:aws:iam::111122223333:role/f",
    replayerRoleArn: "arn:aws:iam::111122223333:role/r",
  };
  const VPC = { vpcId: "vpc-01234567", subnetIds: ["subnet-01234567"] };
  const SERVICE = { datadogEndpointService: "com.amazonaws.vpce.us-east-1.vpce-svc-0123" };

  test.each([
    [{ wholeAccount: true, logGroups: ["/a"] }, "leave logGroups (sidecarless.json) out"],
    [{ exceptLogGroups: ["/a"] }, "exceptLogGroups (sidecarless.json) says what wholeAccount leaves out"],
    [{ forwarderRoleArn: ROLES.forwarderRoleArn }, "means nothing without replayerRoleArn"],
    [{ replayerRoleName: "r" }, "means nothing without forwarderRoleName"],
    [{ ...ROLES, rolePath: "/x/" }, "of an existing role nothing is changed"],
    [{ vpcId: VPC.vpcId }, "means nothing without subnetIds"],
    [{ securityGroupIds: ["sg-01234567"] }, "securityGroupIds (sidecarless.json) means nothing without vpcId"],
    [SERVICE, "datadogEndpointService (sidecarless.json) means nothing without vpcId"],
    [{ ...VPC, ...SERVICE }, "set routeTableIds"],
    [{ ...VPC, endpointSubnetIds: ["subnet-01234567"] }, "endpointSubnetIds (sidecarless.json): no endpoint is made"],
    [{ ...VPC, endpoints: ["datadog"] }, "set datadogEndpointService, too"],
    [{ ...VPC, routeTableIds: ["rtb-01234567", "rtb-01234568"] }, "are more than subnetIds"],
    [{ noProxy: ["x"] }, "noProxy (sidecarless.json) means nothing without proxyUrl"],
    [{ bucketName: "left", storedLogsExpireAfterDays: 3 }, "of an existing bucket nothing is changed"],
    [{ accessLogsPrefix: "x" }, "means nothing without accessLogsBucketName"],
  ])("%j", (content, problem) => {
    expect(problemsOf({}, { ...NOTHING, ...content })).toContain(problem);
  });

  test("a field is of a secret", () => {
    expect(problemsOf({}, { apiKeyParameter: "p", apiKeyField: "f" })).toContain("a parameter has no fields");
  });

  test.each([
    { taskEvents: true, ecsMetadata: false },
    { ...ROLES },
    { ...VPC, ...SERVICE, routeTableIds: ["rtb-01234567"] },
    { ...VPC, ...SERVICE, endpoints: ["datadog", "apiKey"] },
    { ...VPC, ...SERVICE, endpoints: "none" },
    { ...VPC, securityGroupIds: ["sg-01234567"], proxyUrl: "http://proxy:3128", noProxy: [".x"] },
    { bucketName: "left", bucketKmsKeyArn: KMS, apiKeyKmsKeyArn: KMS, apiKeyField: "datadog" },
  ])("these do: %j", (content) => {
    expect(problemsOf({}, { ...NOTHING, ...content })).toBe("");
  });
});

describe("a name that is no setting", () => {
  test.each([
    ["logGruops", "logGroups"],
    ["log-groups", "logGroups"],
    ["loggroup", "logGroups"],
    ["apiKey", "apiKeySecret"],
    ["environment", "env"],
    ["memory", "memoryMb"],
    ["WholeAccount", "wholeAccount"],
    ["setting", "settings"],
  ])("%s is refused in the context: it is like %s", (name, meant) => {
    expect(problemsOf({ ...NOTHING, [name]: "x" })).toContain(`${name} is no setting; did you mean ${meant}?`);
  });

  test.each([
    // cdk acknowledge, cdk cli-telemetry, feature flags, and what look-ups of CDK leave.
    { "acknowledged-issue-numbers": [19_836] },
    { "cli-telemetry": false },
    { "@aws-cdk/core:enablePartitionLiterals": true },
    { "aws:cdk:enable-path-metadata": true },
    { "availability-zones:account=111122223333:region=eu-west-1": ["eu-west-1a"] },
    { stage: "prod" },
    { settings: "sidecarless.prod.json" },
  ])("is passed over in the context, which is not ours alone: %j", (context) => {
    expect(problemsOf({ ...NOTHING, ...context })).toBe("");
  });

  test("is refused in the file, which is ours alone", () => {
    const problems = problemsOf({}, { ...NOTHING, stage: "prod", logGruops: [], settings: "x", constructor: 1 });
    expect(problems).toContain("stage is no setting");
    expect(problems).toContain("logGruops is no setting; did you mean logGroups?");
    expect(problems).toContain("settings is no setting");
    expect(problems).toContain("constructor is no setting");
  });
});

test("a path in the file is relative to the file, one with -c to where cdk runs", () => {
  const file = { name: "stages/prod.json", content: { ...NOTHING, rules: "rules.json" } };
  expect(parseSettings({ context: {}, file }).values.rules).toBe("stages/rules.json");
  expect(parseSettings({ context: { rules: "rules.json" }, file }).values.rules).toBe("rules.json");
});
