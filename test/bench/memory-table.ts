/**
 * `npm run bench:memory [-- 128 256 512] [--cpu]`: the most memory that a delivery at the cap takes, by shape, rules, memory size and what
 * the intake does, as a Markdown table. Each case runs in a process of its own, with the function's memory as a hard limit if
 * this machine lets it (cgroup v1 or v2, as root), and with `--cpu` as small a share of a CPU as Lambda gives; otherwise V8's
 * limits alone hold, and the peak is what counts.
 */
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { FaultPlan } from "../../functions/recorder/faults.ts";
import { createRecorder } from "../../functions/recorder/record.ts";
import { serveRecorder } from "../../functions/recorder/server.ts";
import { ConfigError, parseConfig } from "../../functions/settings/config.ts";
import { readArguments } from "../../tools/arguments.ts";
import { localFunction } from "../../tools/lambda/lambda-process.ts";
import { AWS_CREDENTIALS, startBucket } from "../support/aws.ts";
import { deliveryOfBytes, SHAPES } from "../support/shapes.ts";

const MEMORY_MB = [128, 256, 512];
const MB = 1024 * 1024;

const RULES: Readonly<Record<string, Record<string, string>>> = {
  none: {},
  three: { EXCLUDE_AT_MATCH: "GET /health", REDACT_EMAIL: "true", DD_SCRUBBING_RULE: "password=\\S+" },
};

const INTAKES: Readonly<Record<string, FaultPlan | undefined>> = {
  well: undefined,
  down: { always: { kind: "status", status: 503 } },
  hangs: { always: { kind: "hang" } },
};

/** As the function itself has it. */
function capOf(memoryMb: number): number {
  const config = parseConfig({ DD_API_KEY: "bench", AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb) });
  if (config instanceof ConfigError) throw config;
  return config.maxDecodedBytes;
}

/** A function with this much memory has a whole CPU. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html (2026-11) */
const WHOLE_CPU_MB = 1_769;
const PERIOD_US = 20_000;

/** A program that starts Node within the limits; undefined if this machine has no such limits. */
function limitedNode(memoryMb: number, withCpu: boolean): string | undefined {
  const quotaUs = Math.max(1_000, Math.round((PERIOD_US * memoryMb) / WHOLE_CPU_MB));
  const v1 = existsSync("/sys/fs/cgroup/memory/memory.limit_in_bytes");
  const memory = v1 ? "memory/" : "";
  const cpu = v1 ? "cpu/" : "";
  const limits: [controller: string, file: string, value: string][] = [
    [memory, v1 ? "memory.limit_in_bytes" : "memory.max", String(memoryMb * MB)],
    ...(withCpu && v1 ? [[cpu, "cpu.cfs_period_us", String(PERIOD_US)] as [string, string, string]] : []),
    ...(withCpu
      ? [
          [cpu, v1 ? "cpu.cfs_quota_us" : "cpu.max", v1 ? String(quotaUs) : `${quotaUs} ${PERIOD_US}`] as [
            string,
            string,
            string,
          ],
        ]
      : []),
  ];
  const groups = new Set<string>();
  try {
    for (const [controller, file, value] of limits) {
      const group = `/sys/fs/cgroup/${controller}sidecarless-${process.pid}-${memoryMb}`;
      mkdirSync(group, { recursive: true });
      groups.add(group);
      writeFileSync(`${group}/${file}`, value);
    }
  } catch {
    return undefined;
  }
  process.once("exit", () => {
    for (const group of groups) {
      try {
        rmdirSync(group);
      } catch {
        // A process in it has not quite ended: the group is empty and does no harm.
      }
    }
  });
  const script = path.join(mkdtempSync(path.join(tmpdir(), "sidecarless-")), "node");
  const joins = [...groups].map((group) => `echo $$ > ${group}/cgroup.procs\n`).join("");
  writeFileSync(script, `#!/bin/sh\n${joins}exec ${process.execPath} "$@"\n`, { mode: 0o755 });
  return script;
}

async function measure(
  event: unknown,
  memoryMb: number,
  rules: Record<string, string>,
  plan: FaultPlan | undefined,
  execPath: string | undefined,
): Promise<string> {
  const recorder = createRecorder({ keepEntries: 1, lenient: true });
  recorder.setFaults(plan);
  const server = await serveRecorder(recorder, 0);
  const bucket = await startBucket();
  const fn = localFunction({
    functionName: "forwarder",
    bundle: fileURLToPath(new URL("../../dist/forwarder/index.mjs", import.meta.url)),
    environment: {
      ...AWS_CREDENTIALS,
      ...rules,
      DD_API_KEY: "bench",
      DD_URL: server.host,
      DD_PORT: String(server.port),
      DD_NO_SSL: "true",
      DD_COMPRESSION: "zstd",
      // As deployed.
      MALLOC_ARENA_MAX: "1",
      DD_S3_BUCKET_NAME: bucket.name,
      AWS_ENDPOINT_URL_S3: bucket.endpoint,
    },
    timeoutMs: 60_000,
    memoryMb,
    ...(execPath && { execPath }),
  });
  const { outcome, usage, durationMs } = await fn.invoke(event);
  await fn.kill();
  await Promise.all([server.stop(), bucket.stop()]);
  if (outcome.status === "failed") return `**${outcome.error.name}**`;
  const { received, delivered, undelivered, returned } = outcome.value as Record<string, number>;
  const safe = received === (delivered ?? 0) + (undelivered ?? 0) ? "" : `, ${returned} handed back`;
  return `${usage?.maxRssMb.toFixed(0)} MB, ${(durationMs / 1_000).toFixed(1)} s${safe}`;
}

const { values, positionals } = readArguments({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { cpu: { type: "boolean", default: false } },
});
const cases = MEMORY_MB.filter((memoryMb) => positionals.length === 0 || positionals.includes(String(memoryMb)));
const print = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(" | ")} |\n`);
const columns = Object.keys(RULES).flatMap((rules) => Object.keys(INTAKES).map((intake) => [rules, intake] as const));
for (const memoryMb of cases) {
  const execPath = limitedNode(memoryMb, values.cpu);
  const cap = capOf(memoryMb);
  const limit = execPath ? `a hard limit${values.cpu ? ", and Lambda's share of a CPU" : ""}` : "V8's limits only";
  process.stdout.write(`\n${memoryMb} MB (${limit}), deliveries of ${cap / MB} MB:\n\n`);
  print(["shape", ...columns.map(([rules, intake]) => `rules ${rules}, intake ${intake}`)]);
  print(["---", ...columns.map(() => "---:")]);
  for (const [name, shape] of Object.entries(SHAPES)) {
    const event = deliveryOfBytes(shape, cap);
    const cells: string[] = [];
    for (const [rules, intake] of columns)
      cells.push(await measure(event, memoryMb, RULES[rules] ?? {}, INTAKES[intake], execPath));
    print([name, ...cells]);
  }
}
