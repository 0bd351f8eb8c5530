/** `npm run bench:replay`: how fast what an outage left behind gets out, beside one object at a time in the same run. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../functions/clock.ts";
import { compressed } from "../../functions/compression.ts";
import { payloadOf } from "../../functions/intake/payload.ts";
import { replayAlone } from "../../functions/replayer/replay-alone.ts";
import { type Sizes, sizesFor } from "../../functions/replayer/sizes.ts";
import { s3Store } from "../../functions/undelivered/store.ts";
import { storedPayload } from "../../functions/undelivered/stored-object.ts";
import { AWS_CREDENTIALS } from "../support/aws.ts";
import { replayerOf } from "../support/replayer.ts";
import { realisticLines, row } from "./figures.ts";

const INTAKE_MS = 60;
const MEMORY_MB = 512;

/** Entries in an object, and how many objects: small ones, larger ones, and such as fill a request. */
const CASES = [
  { entries: 10, objects: 3_000 },
  { entries: 100, objects: 2_000 },
  { entries: 1_000, objects: 500 },
] as const;

/** As the replayer was before: read, sent and removed one by one. */
const ONE_BY_ONE: Sizes = { ...sizesFor(MEMORY_MB), groupsAtOnce: 1, objectsInGroup: 1, requestsAtOnce: 1 };
const ONE_BY_ONE_OBJECTS = 40;

const servers = fork(fileURLToPath(new URL("./replay-servers.ts", import.meta.url)), [String(INTAKE_MS)]);
const [{ s3, host, port }] = (await once(servers, "message")) as [{ s3: string; host: string; port: number }];
Object.assign(process.env, AWS_CREDENTIALS, { AWS_ENDPOINT_URL_S3: s3 });
const environment = {
  DD_API_KEY: "bench",
  DD_URL: host,
  DD_PORT: String(port),
  DD_NO_SSL: "true",
  DD_COMPRESSION: "zstd",
  DD_S3_BUCKET_NAME: "store",
  AWS_ENDPOINT_URL_S3: s3,
};

const compress = (json: Uint8Array) =>
  ({ body: compressed(json, "zstd", { gzipLevel: 3, zstdLevel: 1 }), encoding: "zstd" }) as const;

let lastId = 0;
async function leaveBehind(objects: number, entries: number): Promise<void> {
  const store = s3Store("store", true);
  const lines = realisticLines(entries);
  for (let i = 0; i < objects; ) {
    const some = Array.from({ length: Math.min(20, objects - i) }, () => i++);
    await Promise.all(
      some.map((n) => {
        const timestamp = Date.now() - 3_600_000 + n;
        const all = lines.map((message) => ({
          id: String(lastId++).padStart(56, "0"),
          timestamp,
          message,
          ddsource: "ecs",
          ddsourcecategory: "aws",
          service: "shop-api",
          hostname: "0123456789abcdef0123456789abcdef",
          ddtags: "env:prod,cluster_name:prod,task_family:shop-api,task_version:7,container_name:app",
        }));
        return store.write(storedPayload("undelivered", payloadOf(all, compress), "http 503"), 60_000);
      }),
    );
  }
}

/** @returns objects a minute, requests to the intake, and CPU time of an object */
async function drain(objects: number, entries: number, sizes: Sizes) {
  await leaveBehind(objects, entries);
  const replayer = replayerOf(environment, { clock: systemClock, sizes });
  const startMs = performance.now();
  const cpu = process.cpuUsage();
  const { report } = await replayAlone(replayer, startMs + 890_000, "bench");
  const tookMs = performance.now() - startMs;
  if (report.objects !== objects) throw new Error(`not all was sent: ${JSON.stringify(report)}`);
  const { user, system } = process.cpuUsage(cpu);
  return {
    perMinute: Math.round((60_000 * objects) / tookMs),
    requests: report.requests,
    cpuMs: (user + system) / 1_000 / objects,
  };
}

process.stdout.write(
  `Objects of entries of about 400 bytes; an intake on loopback that takes ${INTAKE_MS} ms, S3 in memory beside it, not throttled.\n\n`,
);
process.stdout.write(`${row(["entries", "objects", "a minute", "requests", "CPU ms each", "one by one", "ratio"])}\n`);
for (const { entries, objects } of CASES) {
  const { perMinute: before } = await drain(ONE_BY_ONE_OBJECTS, entries, ONE_BY_ONE);
  const { perMinute, requests, cpuMs } = await drain(objects, entries, sizesFor(MEMORY_MB));
  const counts = [entries, objects, perMinute, requests].map((count) => count.toLocaleString("en"));
  const cells = [...counts, cpuMs.toFixed(1), before.toLocaleString("en"), (perMinute / before).toFixed(1)];
  process.stdout.write(`${row(cells)}\n`);
}
servers.disconnect();
