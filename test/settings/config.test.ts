import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadRules } from "../../functions/forwarder/stages/rules/load.ts";
import { type Config, ConfigError, parseConfig } from "../../functions/settings/config.ts";
import { ENV, RULE_ENV } from "../../functions/settings/environment.ts";

const ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:datadog-AbCdEf";
const KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

type Environment = Parameters<typeof parseConfig>[0];

function configOf(environment: Environment): Config {
  const parsed = parseConfig({ [ENV.apiKeySecretArn]: ARN, ...environment });
  if (parsed instanceof ConfigError) throw parsed;
  return parsed;
}

function errorOf(environment: Environment): ConfigError {
  const parsed = parseConfig(environment);
  if (!(parsed instanceof ConfigError)) throw new Error("expected problems");
  return parsed;
}

const DEFAULTS = {
  apiKey: { kind: "secret", id: ARN },
  apiKeyTtlMs: 300_000,
  intake: { host: "http-intake.logs.datadoghq.com", port: 443, tls: true, addsLogGroupTags: true },
  requestTimeoutMs: 10_000,
  maxConcurrentRequests: 4,
  compression: { encoding: "zstd", zstdLevel: 1, gzipLevel: 3 },
  maxDecodedBytes: 67_108_864,
  s3PathStyle: false,
  metadata: { ecs: false, budgetMs: 250 },
  tags: [],
} as const satisfies Config;
const { intake, compression } = DEFAULTS;
const gzip = { ...compression, encoding: "gzip" } as const;

describe("settings", () => {
  it("need nothing but a key", () => {
    expect(configOf({})).toEqual(DEFAULTS);
    expect(Object.isFrozen(configOf({}))).toBe(true);
  });

  it.each<[Environment, Partial<Config>]>([
    [{ DD_SITE: "datadoghq.eu" }, { intake: { ...intake, host: "http-intake.logs.datadoghq.eu" } }],
    [
      { DD_URL: "127.0.0.1", DD_SITE: "datadoghq.eu" },
      { intake: { ...intake, host: "127.0.0.1" }, compression: gzip },
    ],
    [{ DD_PORT: "8443" }, { intake: { ...intake, port: 8_443 } }],
    [{ DD_NO_SSL: "True" }, { intake: { ...intake, tls: false, port: 80 } }],
    [{ DD_NO_SSL: "true", DD_PORT: "8080" }, { intake: { ...intake, tls: false, port: 8_080 } }],
    [{ DD_NO_SSL: "false" }, {}],
    [{ DD_ENRICH_CLOUDWATCH_TAGS: "False" }, { intake: { ...intake, addsLogGroupTags: false } }],
    [{ HTTPS_PROXY: "http://proxy:3128" }, { proxy: { HTTPS_PROXY: "http://proxy:3128" } }],
    [
      { SIDECARLESS_ECS_METADATA: "true", SIDECARLESS_METADATA_BUDGET_MS: "100", SIDECARLESS_ECS_CLUSTER: "prod" },
      { metadata: { ecs: true, budgetMs: 100, clusterHint: "prod" } },
    ],
    [{ DD_FETCH_LOG_GROUP_TAGS: "true" }, { metadata: { ecs: false, budgetMs: 250, logGroupTags: { rename: {} } } }],
    [
      { SIDECARLESS_LOG_GROUP_TAGS: "team, CostCenter=cost_center" },
      {
        metadata: {
          ecs: false,
          budgetMs: 250,
          logGroupTags: { allow: ["team", "CostCenter"], rename: { CostCenter: "cost_center" } },
        },
      },
    ],
    [{ DD_SOURCE: "java" }, { source: "java" }],
    [{ DD_SERVICE: "shop" }, { service: "shop" }],
    [{ DD_ENV: "prod" }, { env: "prod" }],
    [{ DD_TAGS: " a:1 , ,b,Team:Core," }, { tags: ["a:1", "b", "Team:Core"] }],
    [{ DD_COMPRESSION: "gzip" }, { compression: gzip }],
    [{ DD_COMPRESSION: " ZSTD " }, {}],
    [{ DD_COMPRESSION_LEVEL: "0" }, { compression: { ...compression, zstdLevel: 0 } }],
    [{ DD_COMPRESSION_LEVEL: "19" }, { compression: { ...compression, zstdLevel: 19 } }],
    [{ DD_COMPRESSION: "gzip", DD_COMPRESSION_LEVEL: "0" }, { compression: { ...gzip, gzipLevel: 0 } }],
    [{ DD_COMPRESSION: "gzip", DD_COMPRESSION_LEVEL: "9" }, { compression: { ...gzip, gzipLevel: 9 } }],
    [{ DD_MAX_WORKERS: "64" }, { maxConcurrentRequests: 64 }],
    [{ DD_S3_BUCKET_NAME: " store " }, { bucket: "store" }],
    [{ SIDECARLESS_REQUEST_TIMEOUT_MS: "100" }, { requestTimeoutMs: 100 }],
    [{ SIDECARLESS_MAX_DECODED_BYTES: "1024" }, { maxDecodedBytes: 1_024 }],
    [{ SIDECARLESS_API_KEY_TTL_SECONDS: "60" }, { apiKeyTtlMs: 60_000 }],
    [{ AWS_ENDPOINT_URL_S3: "http://127.0.0.1:4566" }, { s3PathStyle: true }],
    [{ AWS_ENDPOINT_URL: "http://127.0.0.1:4566" }, { s3PathStyle: true }],
  ])("%j", (environment, expected) => {
    expect(configOf(environment)).toEqual({ ...DEFAULTS, ...expected });
  });

  it("count as not set if they are empty or blank", () => {
    const names = Object.values(ENV).filter((name) => name !== ENV.apiKeySecretArn);
    for (const empty of ["", "  ", undefined]) {
      expect(configOf(Object.fromEntries(names.map((name) => [name, empty])))).toEqual(DEFAULTS);
    }
  });
});

describe("where the key lies", () => {
  const all = { DD_API_KEY_SECRET_ARN: ` ${ARN} `, DD_API_KEY_SSM_NAME: "/datadog/key", DD_API_KEY: KEY };
  it.each([
    ["a secret before all", all, { kind: "secret", id: ARN }],
    [
      "a parameter before a literal",
      { ...all, DD_API_KEY_SECRET_ARN: " " },
      { kind: "parameter", name: "/datadog/key" },
    ],
    ["a literal if nothing else is set", { DD_API_KEY: KEY }, { kind: "literal", value: KEY }],
  ])("%s", (_what, environment, apiKey) => {
    expect(parseConfig(environment)).toMatchObject({ apiKey });
  });
});

describe("DD_TAGS", () => {
  it("may name the service, as with Datadog's forwarder; DD_SERVICE wins", () => {
    expect(configOf({ DD_TAGS: "a:1,service:shop" })).toMatchObject({ service: "shop", tags: ["a:1"] });
    expect(configOf({ DD_TAGS: "service:shop", DD_SERVICE: "pay" })).toMatchObject({ service: "pay", tags: [] });
  });

  it("may name the env; DD_ENV wins", () => {
    expect(configOf({ DD_TAGS: "env:dev,a:1" })).toMatchObject({ tags: ["env:dev", "a:1"] });
    expect(configOf({ DD_TAGS: "env:dev,a:1", DD_ENV: "prod" })).toMatchObject({ env: "prod", tags: ["a:1"] });
  });

  it("names no service if the value after service: is empty", () => {
    expect(configOf({ DD_TAGS: "service:,a:1" }).service).toBeUndefined();
    expect(configOf({ DD_TAGS: "service:,service:shop" }).service).toBe("shop");
  });

  it("may name them in any case, as Datadog does not tell cases apart", () => {
    expect(configOf({ DD_TAGS: "Service: Shop,a:1" })).toMatchObject({ service: "Shop", tags: ["a:1"] });
    expect(configOf({ DD_TAGS: "ENV:dev,a:1", DD_ENV: "prod" })).toMatchObject({ env: "prod", tags: ["a:1"] });
  });
});

describe("the compression", () => {
  const encodingFor = (environment: Environment) => configOf(environment).compression.encoding;
  const proxies = [
    "proxy.example",
    "10.0.0.7",
    "evil-datadoghq.com.example",
    "evildatadoghq.com",
    "datadoghq.com.evil",
  ];

  it.each([
    "datadoghq.com",
    "datadoghq.eu",
    "us3.datadoghq.com",
    "us5.datadoghq.com",
    "ap1.datadoghq.com",
    "ddog-gov.com",
    "US3.DatadogHQ.com",
  ])("of what goes to the site %s is zstd", (site) => {
    for (const auto of [undefined, "auto", "AUTO"]) {
      expect(encodingFor({ DD_SITE: site, DD_COMPRESSION: auto })).toBe("zstd");
      expect(encodingFor({ DD_URL: `pvtlink.logs.${site}`, DD_COMPRESSION: auto })).toBe("zstd");
    }
  });

  it.each(proxies)("of what goes to another host is gzip, which all know: %s", (host) => {
    expect(encodingFor({ DD_URL: host })).toBe("gzip");
    expect(encodingFor({ DD_URL: host, DD_SITE: "datadoghq.eu", DD_COMPRESSION: "auto" })).toBe("gzip");
  });

  it.each([undefined, ...proxies])("is the one that is set, whatever the host: %s", (host) => {
    expect(encodingFor({ DD_URL: host, DD_COMPRESSION: "gzip" })).toBe("gzip");
    expect(encodingFor({ DD_URL: host, DD_COMPRESSION: "zstd" })).toBe("zstd");
  });

  it.each([
    [{ DD_COMPRESSION: "gzip", DD_COMPRESSION_LEVEL: "10" }, 9],
    [{ DD_URL: "proxy.example", DD_COMPRESSION_LEVEL: "10" }, 9],
    [{ DD_COMPRESSION: "zstd", DD_COMPRESSION_LEVEL: "20" }, 19],
    [{ DD_COMPRESSION_LEVEL: "20" }, 19],
  ])("has levels of its own: %j goes to %i", (environment, max) => {
    expect(errorOf({ DD_API_KEY: KEY, ...environment }).problems).toEqual([
      `DD_COMPRESSION_LEVEL must be a whole number from 0 to ${max}; its value (length 2) is not.`,
    ]);
  });

  it("that is none is told", () => {
    const { problems } = errorOf({ DD_API_KEY: KEY, DD_COMPRESSION: "brotli" });
    expect(problems).toEqual([expect.stringMatching(/^DD_COMPRESSION must be auto, zstd or gzip/)]);
  });
});

describe("the cap on a delivery's size", () => {
  it.each([
    ["512", 64],
    ["10240", 64],
    ["256", 32],
    ["128", 11],
  ])("fits a function of %s MB: %i MiB", (memory, mib) => {
    expect(configOf({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory }).maxDecodedBytes).toBe(mib * 1024 * 1024);
  });
});

describe("problems", () => {
  const wrong = {
    DD_SITE: "https://datadoghq.eu",
    DD_URL: "intake:8080",
    DD_PORT: "65536",
    DD_NO_SSL: "yes",
    DD_COMPRESSION_LEVEL: "10",
    DD_MAX_WORKERS: "0",
    SIDECARLESS_REQUEST_TIMEOUT_MS: "1e3",
    SIDECARLESS_MAX_DECODED_BYTES: "-1",
    SIDECARLESS_API_KEY_TTL_SECONDS: "0.5",
    SIDECARLESS_METADATA_BUDGET_MS: "soon",
    SIDECARLESS_ECS_METADATA: "on",
  };

  it("come all at once, each with the name, what would be right, and how long what is there is", () => {
    const { message, problems } = errorOf(wrong);
    expect(problems).toHaveLength(Object.keys(wrong).length + 1);
    for (const [name, value] of Object.entries(wrong)) {
      const problem = problems.find((one) => one.startsWith(`${name} must be `));
      expect(problem).toMatch(new RegExp(`; its value \\(length ${value.length}\\) is not\\.$`));
      expect(message).toContain(problem);
    }
    expect(problems.at(-1)).toMatch(/^No API key: set DD_API_KEY_SECRET_ARN/);
  });

  it("never hold what any setting is set to: it may be a key in the wrong place", () => {
    for (const name of Object.values(ENV)) {
      const error = parseConfig({ ...wrong, DD_API_KEY: KEY, [name]: `:${KEY}` });
      expect(error).toBeInstanceOf(ConfigError);
      const { stack, problems } = error as ConfigError;
      expect(`${stack}${JSON.stringify({ ...(error as ConfigError), problems })}`, name).not.toContain(KEY);
    }
  });

  it("never hold what any setting of the rules is set to, however it is no pattern", () => {
    const noise = fc.string({ unit: fc.constantFrom(..."()[]{}\\\\*+?|^$.<>=!:Pp1,-az") });
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(RULE_ENV)), noise, noise, (name, before, after) => {
        const result = loadRules(undefined, { [name]: `${before}${KEY}${after}` });
        if (result instanceof ConfigError) expect(`${result.stack}${result.problems}`).not.toContain(KEY.slice(0, 8));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    "(",
    ")",
    "[",
    "[z-a]",
    "a**",
    "\\q",
    "a{2,1}",
    "a{9999}",
    "(?P<a",
    "(?P<a>)(?P<a>)",
    "(?i",
    "(?z)",
    "\\p{Nothing}",
    "(?=a)",
    "(a)\\1",
  ])("tell what is wrong with the pattern %s without quoting it", (pattern) => {
    for (const [before, after] of [
      [`${KEY}-`, ""],
      ["", `-${KEY}`],
    ]) {
      const result = loadRules(undefined, { INCLUDE_AT_MATCH: `${before}${pattern}${after}` });
      expect(result).toBeInstanceOf(ConfigError);
      const { message } = result as ConfigError;
      expect(message).toMatch(/INCLUDE_AT_MATCH (?:is not RE2 syntax|looks ahead|refers back)/);
      expect(message).not.toContain(KEY);
    }
  });

  it.each(["-x.com", "x..com", "a b", "user@host", "host/path", `${"a".repeat(250)}.com`])(
    "are told for the host name %j",
    (host) => {
      expect(errorOf({ DD_API_KEY: KEY, DD_URL: host }).problems).toHaveLength(1);
    },
  );
});
