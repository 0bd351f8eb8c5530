/** `npm run bench`: what a delivery costs, as ratios to a floor measured in the same run. Nothing is asserted. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createRecorder } from "../../functions/recorder/record.ts";
import { serveRecorder } from "../../functions/recorder/server.ts";
import { readArguments, UsageError } from "../../tools/arguments.ts";
import { builtFunctions } from "../../tools/bundle/built-functions.ts";
import { endOnClosedPipe } from "../../tools/closed-pipe.ts";
import { subscriptionEvent } from "../../tools/cloudwatch.ts";
import type { Invoked, LocalFunction } from "../../tools/lambda/lambda-process.ts";
import { localFunction } from "../../tools/lambda/lambda-process.ts";
import { AWS_CREDENTIALS, startSecrets } from "../support/aws.ts";
import { deliveryOf, events, STREAM } from "../support/deliveries.ts";
import { ecsTask, startEcs } from "../support/ecs-server.ts";
import { printBatches } from "./batches.ts";
import { median, realisticLines, row, spread } from "./figures.ts";

const HELP = `What a delivery costs the built forwarder, as ratios to a floor in the same run.

Usage: npm run bench [-- --sizes 10,1000] [--profile] [--batches]

  --sizes N,N   events in a delivery (default 10,100,1000,10000)
  --profile     also writes a CPU profile of the forwarder for each size to bench-profiles/ (open it in Chromium's
                developer tools)
  --batches     only what larger batches of a stream save
  --help        this text
`;

/** What the functions are given; V8 divides it as Lambda would. */
const MEMORY_MB = 256;
const ROUNDS = 25;
/** By their number of events: V8 has compiled all that it will after about 100,000 of them. */
const warmUpRounds = (count: number) => Math.min(100, Math.max(10, Math.ceil(100_000 / count)));
const COLD_STARTS = 15;
const MEMORY_ROUNDS = 20;

const recorder = createRecorder({ keepEntries: 1 });
const server = await serveRecorder(recorder, 0);
/** As to Datadog's own hosts. */
const settings = {
  DD_API_KEY: "bench",
  DD_URL: server.host,
  DD_PORT: String(server.port),
  DD_NO_SSL: "true",
  DD_COMPRESSION: "zstd",
  // As deployed.
  MALLOC_ARENA_MAX: "1",
};

const functionOf = (name: string, url: string, environment: Record<string, string>, nodeOptions: string[] = []) =>
  localFunction({
    functionName: name,
    bundle: fileURLToPath(new URL(url, import.meta.url)),
    environment,
    timeoutMs: 30_000,
    memoryMb: MEMORY_MB,
    nodeOptions,
  });
const forwarder = (environment: Record<string, string> = settings, nodeOptions: string[] = []) =>
  functionOf("forwarder", "../../dist/forwarder/index.mjs", environment, nodeOptions);
const plain = (name: string) => functionOf(name, `./${name}.mjs`, {});

function usageOf(invoked: Invoked) {
  if (!invoked.usage || invoked.outcome.status === "failed")
    throw new Error(`invocation failed: ${JSON.stringify(invoked.outcome)}`);
  return invoked.usage;
}

interface Contender {
  readonly name: string;
  readonly fn: LocalFunction;
  readonly input: unknown;
}

/** CPU and wall of each, in ms, turn by turn: so that what else the machine does falls on all of them alike. */
async function takeTurns(contenders: readonly Contender[], warmUp: number) {
  const cpu = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  const wall = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < warmUp + ROUNDS; round++) {
    for (const { name, fn, input } of contenders) {
      const { cpuMs, wallMs } = usageOf(await fn.invoke(input));
      if (round < warmUp) continue;
      cpu.get(name)?.push(cpuMs);
      wall.get(name)?.push(wallMs);
    }
  }
  await Promise.all(contenders.map(({ fn }) => fn.kill()));
  return {
    cpu: (name: string) => cpu.get(name) ?? [],
    cpuMs: (name: string) => median(cpu.get(name) ?? []),
    wallMs: (name: string) => median(wall.get(name) ?? []),
  };
}

const DELIVERY_COLUMNS = [
  "events",
  "CPU ms",
  "(quartiles)",
  "wall ms",
  "KB out",
  "floor CPU ms",
  "CPU : floor",
  "CPU : +POST",
  "wall : +POST",
  "CPU : bare",
];

async function measureDelivery(count: number): Promise<string> {
  const event = deliveryOf(realisticLines(count));
  const { entry, bytesOut } = await sampleOf(event);
  const { id, timestamp, message, ...attributes } = entry;
  const { cpu, cpuMs, wallMs } = await takeTurns(
    [
      { name: "forwarder", fn: forwarder(), input: event },
      { name: "floor", fn: plain("floor"), input: { ...event, attributes } },
      { name: "posting", fn: plain("floor"), input: { ...event, attributes, port: server.port } },
      { name: "bare", fn: plain("floor"), input: event },
    ],
    warmUpRounds(count),
  );
  const ratio = (ms: (name: string) => number, to: string) => (ms("forwarder") / ms(to)).toFixed(2);
  return row([
    String(count),
    cpuMs("forwarder").toFixed(2),
    spread(cpu("forwarder")),
    wallMs("forwarder").toFixed(2),
    (bytesOut / 1_000).toFixed(1),
    cpuMs("floor").toFixed(2),
    ratio(cpuMs, "floor"),
    ratio(cpuMs, "posting"),
    ratio(wallMs, "posting"),
    ratio(cpuMs, "bare"),
  ]);
}

/** An entry as the forwarder sends it, to give the floor the same attributes, and the bytes of all bodies. */
async function sampleOf(event: unknown) {
  const sample = createRecorder({ keepEntries: 1 });
  const own = await serveRecorder(sample, 0);
  const fn = forwarder({ ...settings, DD_PORT: String(own.port) });
  await fn.invoke(event);
  await fn.kill();
  await own.stop();
  const [entry = {}] = sample.entries();
  return { entry, bytesOut: sample.summary().wireBytes };
}

/** The most memory that a new process has had after some deliveries, and one that does nothing with them. */
async function measureMemory(count: number): Promise<string> {
  const event = deliveryOf(realisticLines(count));
  const peaks: number[] = [];
  for (const fn of [forwarder(), plain("empty")]) {
    let peak = 0;
    for (let round = 0; round < MEMORY_ROUNDS; round++) peak = usageOf(await fn.invoke(event)).maxRssMb;
    await fn.kill();
    peaks.push(peak);
  }
  const [ours = 0, empty = 0] = peaks;
  return `${count} events, ${MEMORY_ROUNDS} deliveries: at most ${ours.toFixed(0)} MB; an empty handler ${empty.toFixed(0)} MB`;
}

/** The same deliveries with look-ups of an ECS task and three rules, warm: their price over doing without. */
async function measureEnrichment(count: number): Promise<string> {
  // The local function's own account and region: others are not asked about.
  const stream = { ...STREAM, account: "000000000000" };
  const arnOf = `us-east-1:${stream.account}`;
  const ecs = await startEcs("us-east-1", stream.account);
  const taskId = stream.logStream.slice(-32);
  ecs.clusters.set("prod", new Map([[taskId, ecsTask("prod", taskId, { arnOf })]]));
  ecs.definitions.set(`arn:aws:ecs:${arnOf}:task-definition/shop-api:7`, [{ name: "app" }]);
  const secrets = await startSecrets("dd-key", "bench");
  // As deployed, both have read their key with the SDK.
  const deployed = {
    ...settings,
    ...AWS_CREDENTIALS,
    AWS_REGION: "us-east-1",
    DD_API_KEY_SECRET_ARN: "dd-key",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
  };
  const rich = {
    ...deployed,
    AWS_ENDPOINT_URL_ECS: ecs.endpoint,
    SIDECARLESS_ECS_METADATA: "true",
    EXCLUDE_AT_MATCH: "GET /health",
    REDACT_EMAIL: "true",
    DD_SCRUBBING_RULE: "password=\\S+",
    DD_SCRUBBING_RULE_REPLACEMENT: "password=…",
  };
  const input = subscriptionEvent(stream, events(realisticLines(count), Date.now()));
  // In one line of twenty there is something to redact.
  const found = subscriptionEvent(
    stream,
    events(
      realisticLines(count).map((line, i) => (i % 20 ? line : line.replace("order placed", "a@example.com"))),
      Date.now(),
    ),
  );
  const { cpuMs } = await takeTurns(
    [
      { name: "plain", fn: forwarder(deployed), input },
      { name: "rich", fn: forwarder(rich), input },
      { name: "found", fn: forwarder(rich), input: found },
    ],
    warmUpRounds(count),
  );
  if (ecs.requests.length === 0) throw new Error("nothing was looked up");
  await Promise.all([ecs.stop(), secrets.stop()]);
  const ratio = (name: string) => (cpuMs(name) / cpuMs("plain")).toFixed(2);
  return `${count} events: ${cpuMs("rich").toFixed(2)} ms of CPU with metadata and three rules, ${cpuMs("plain").toFixed(2)} ms without, ratio ${ratio("rich")}; with something to redact in one line of twenty ${ratio("found")}`;
}

/** What `printBatches` needs to measure. */
const measured = {
  rounds: ROUNDS,
  newForwarder: () => forwarder(),
  cpuMsOf: (invoked: Invoked) => usageOf(invoked).cpuMs,
  requests: () => recorder.summary().requests,
};

async function measureColdStarts(): Promise<string> {
  const init = { forwarder: [] as number[], empty: [] as number[] };
  const contenders = [
    ["forwarder", forwarder()],
    ["empty", plain("empty")],
  ] as const;
  for (let i = 0; i < COLD_STARTS; i++) {
    for (const [name, fn] of contenders) {
      const { initMs = Number.NaN } = await fn.invoke(deliveryOf([]));
      await fn.kill();
      init[name].push(initMs);
    }
  }
  const [ours, empty] = [median(init.forwarder), median(init.empty)];
  return `Cold start: forwarder ${ours.toFixed(0)} ms, an empty handler ${empty.toFixed(0)} ms, ratio ${(ours / empty).toFixed(2)} (before the SDK is loaded)`;
}

const PROFILES = "bench-profiles";

/** V8's own profile, from a process that ends by itself: one that is killed writes none. */
async function writeProfile(count: number): Promise<string> {
  mkdirSync(PROFILES, { recursive: true });
  const options = ["--cpu-prof", `--cpu-prof-dir=${PROFILES}`, `--cpu-prof-name=${count}-events.cpuprofile`];
  const fn = forwarder(settings, options);
  const event = deliveryOf(realisticLines(count));
  for (let round = 0; round < warmUpRounds(count) + ROUNDS; round++) usageOf(await fn.invoke(event));
  await fn.end();
  return `${PROFILES}/${count}-events.cpuprofile`;
}

function parseOptions(args: string[]) {
  const { values } = readArguments({
    args,
    options: {
      sizes: { type: "string", default: "10,100,1000,10000" },
      profile: { type: "boolean", default: false },
      batches: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  const sizes = values.sizes.split(",").map((size) => (/^\d+$/.test(size.trim()) ? Number(size) : Number.NaN));
  if (!sizes.every((size) => size >= 1 && size <= 100_000))
    throw new UsageError(
      `--sizes must be whole numbers from 1 to 100000 with commas between; it is "${values.sizes}".`,
    );
  return { sizes, profile: values.profile, batches: values.batches, help: values.help ?? false };
}

async function main(): Promise<void> {
  const { sizes, profile, batches, help } = parseOptions(process.argv.slice(2));
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  if (help) return print(HELP.trimEnd());
  await builtFunctions();
  if (batches) return printBatches(print, measured);
  print(`Deliveries of JSON events of about 250 bytes to a recorder on loopback; medians of ${ROUNDS} warm invocations.
zstd level 1; each function has ${MEMORY_MB} MB, which V8 divides as it would in Lambda.

floor   gunzip + JSON.parse + JSON.stringify + gzip level 6 in bare Node, the same JSON out
+POST   the same, and each body posted over kept-alive connections
bare    the floor without our attributes: the events as they came in
`);
  print(row(DELIVERY_COLUMNS));
  for (const count of sizes) print(await measureDelivery(count));
  print("");
  for (const count of sizes) print(await measureEnrichment(count));
  print("");
  await printBatches(print, measured);
  print("");
  for (const count of sizes) print(await measureMemory(count));
  print(`\n${await measureColdStarts()}`);
  if (profile) for (const count of sizes) print(`CPU profile: ${await writeProfile(count)}`);
}

endOnClosedPipe(0);
try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\nSee npm run bench -- --help.\n`);
  process.exitCode = 2;
} finally {
  await server.stop();
}
