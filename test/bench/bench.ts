/** `npm run bench`: what a delivery costs, as ratios to a floor measured in the same run. Nothing is asserted. */
import { fileURLToPath } from "node:url";
import { createRecorder } from "../../functions/recorder/record.ts";
import { serveRecorder } from "../../functions/recorder/server.ts";
import { subscriptionEvent } from "../../tools/cloudwatch.ts";
import type { Invoked, LocalFunction } from "../../tools/lambda/lambda-process.ts";
import { localFunction } from "../../tools/lambda/lambda-process.ts";
import { AWS_CREDENTIALS, startSecrets } from "../support/aws.ts";
import { bundled } from "../support/bundle.ts";
import { deliveryOf, events, STREAM } from "../support/deliveries.ts";
import { ecsTask, startEcs } from "../support/ecs-server.ts";

const SIZES = [100, 1_000, 10_000];
const EVENT_BYTES = 150;
/** What the functions are given; V8 divides it as Lambda would. */
const MEMORY_MB = 256;
const ROUNDS = 25;
/** By their number of events: V8 has compiled all that it will after about 100,000 of them. */
const warmUpRounds = (count: number) => Math.min(100, Math.max(10, 100_000 / count));
const COLD_STARTS = 15;

/** Log-like lines: words repeat, numbers differ. */
const realisticLines = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const id = ((i * 2_654_435_761) % 2 ** 32).toString(16);
    return `{"level":"info","msg":"order placed","orderId":${i},"customer":"${id}","path":"/api/v1/orders/${id}/items","ms":${i % 977}}`.padEnd(
      EVENT_BYTES,
    );
  });

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const keep = (values: Record<string, number[]>, name: string, value: number) => {
  values[name] = [...(values[name] ?? []), value];
};

const plain = (name: string) =>
  localFunction({
    functionName: name,
    bundle: fileURLToPath(new URL(`./${name}.mjs`, import.meta.url)),
    environment: {},
    timeoutMs: 30_000,
    memoryMb: MEMORY_MB,
  });

const server = await serveRecorder(createRecorder({ keepEntries: 1 }), 0);
const settings = { DD_API_KEY: "bench", DD_URL: server.host, DD_PORT: String(server.port), DD_NO_SSL: "true" };

function usageOf(invoked: Invoked) {
  if (!invoked.usage || invoked.outcome.status === "failed")
    throw new Error(`invocation failed: ${JSON.stringify(invoked.outcome)}`);
  return invoked.usage;
}

async function measureDelivery(count: number): Promise<string> {
  const event = deliveryOf(realisticLines(count));
  const [sample] = await sampleEntry(event);
  const { id, timestamp, message, ...attributes } = sample as Record<string, unknown>;
  const contenders: [string, LocalFunction, unknown][] = [
    ["forwarder", bundled("forwarder", settings, MEMORY_MB), event],
    ["floor", plain("floor"), { ...event, attributes }],
    ["posting", plain("floor"), { ...event, attributes, port: server.port }],
    ["bare", plain("floor"), event],
  ];
  const cpu: Record<string, number[]> = {};
  const wall: Record<string, number[]> = {};
  const rss: Record<string, number> = {};
  const warmUp = warmUpRounds(count);
  // Turn by turn, so that what else the machine does falls on all of them alike.
  for (let round = 0; round < warmUp + ROUNDS; round++) {
    for (const [name, fn, input] of contenders) {
      const { cpuMs, wallMs, maxRssMb } = usageOf(await fn.invoke(input));
      rss[name] = maxRssMb;
      if (round < warmUp) continue;
      keep(cpu, name, cpuMs);
      keep(wall, name, wallMs);
    }
  }
  await Promise.all(contenders.map(([, fn]) => fn.kill()));
  const cpuOf = (name: string) => median(cpu[name] ?? []);
  const wallOf = (name: string) => median(wall[name] ?? []);
  return row([
    String(count),
    cpuOf("forwarder").toFixed(1),
    wallOf("forwarder").toFixed(1),
    (rss.forwarder ?? 0).toFixed(0),
    cpuOf("floor").toFixed(1),
    (cpuOf("forwarder") / cpuOf("floor")).toFixed(2),
    (cpuOf("forwarder") / cpuOf("posting")).toFixed(2),
    (wallOf("forwarder") / wallOf("posting")).toFixed(2),
    (cpuOf("forwarder") / cpuOf("bare")).toFixed(2),
  ]);
}

const row = (cells: readonly string[]) => cells.map((cell) => cell.padStart(13)).join("");

/** An entry as the forwarder sends it, to give the floor the same attributes. */
async function sampleEntry(event: unknown): Promise<unknown[]> {
  const recorder = createRecorder({ keepEntries: 1 });
  const own = await serveRecorder(recorder, 0);
  const forwarder = bundled("forwarder", { ...settings, DD_PORT: String(own.port) });
  await forwarder.invoke(event);
  await forwarder.kill();
  await own.stop();
  return [...recorder.entries()];
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
  const event = subscriptionEvent(stream, events(realisticLines(count), Date.now()));
  const contenders: [string, LocalFunction][] = [
    ["plain", bundled("forwarder", deployed, MEMORY_MB)],
    ["rich", bundled("forwarder", rich, MEMORY_MB)],
  ];
  const cpu: Record<string, number[]> = {};
  const warmUp = warmUpRounds(count);
  for (let round = 0; round < warmUp + ROUNDS; round++) {
    for (const [name, fn] of contenders) {
      const { cpuMs } = usageOf(await fn.invoke(event));
      if (round >= warmUp) keep(cpu, name, cpuMs);
    }
  }
  const looked = ecs.requests.length;
  await Promise.all(contenders.map(([, fn]) => fn.kill()));
  await Promise.all([ecs.stop(), secrets.stop()]);
  if (looked === 0) throw new Error("nothing was looked up");
  const [plainMs, richMs] = [median(cpu.plain ?? []), median(cpu.rich ?? [])];
  return `${count} events: ${richMs.toFixed(1)} ms of CPU with metadata and three rules, ${plainMs.toFixed(1)} ms without, ratio ${(richMs / plainMs).toFixed(2)}`;
}

async function measureColdStarts(): Promise<string> {
  const init: Record<string, number[]> = {};
  const contenders: [string, LocalFunction][] = [
    ["forwarder", bundled("forwarder", settings, MEMORY_MB)],
    ["empty", plain("empty")],
  ];
  for (let i = 0; i < COLD_STARTS; i++) {
    for (const [name, fn] of contenders) {
      const { initMs = Number.NaN } = await fn.invoke(deliveryOf([]));
      await fn.kill();
      keep(init, name, initMs);
    }
  }
  const forwarder = median(init.forwarder ?? []);
  const empty = median(init.empty ?? []);
  return `Cold start: forwarder ${forwarder.toFixed(0)} ms, an empty handler ${empty.toFixed(0)} ms, ratio ${(forwarder / empty).toFixed(2)} (before the SDK is loaded)`;
}

console.log(`Deliveries of events of about ${EVENT_BYTES} bytes to a recorder on loopback; medians of ${ROUNDS} warm invocations.
gzip level 6; each function has ${MEMORY_MB} MB, which V8 divides as it would in Lambda.

floor   gunzip + JSON.parse + JSON.stringify + gzip in bare Node, the same bytes out
+POST   the same, and each body posted over kept-alive connections
bare    the floor without our attributes: the events as they came in
`);
console.log(
  row([
    "events",
    "CPU ms",
    "wall ms",
    "peak MB",
    "floor CPU ms",
    "CPU : floor",
    "CPU : +POST",
    "wall : +POST",
    "CPU : bare",
  ]),
);
for (const count of SIZES) console.log(await measureDelivery(count));
console.log("");
for (const count of SIZES) console.log(await measureEnrichment(count));
console.log(`\n${await measureColdStarts()}`);
await server.stop();
