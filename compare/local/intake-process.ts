/**
 * Runs in a process of its own, so that neither the generator nor the paths slow down what measures them: one
 * recorder for each path, the S3 of the forwarder's store, and its secret. Started by `intakes.ts`.
 */
import { readFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { startFauxqs } from "fauxqs";
import type { FaultPlan } from "../../functions/recorder/faults.ts";
import { type Lateness, watchLateness } from "../../functions/recorder/lateness.ts";
import { type Arrival, createRecorder, type Recorder, type Summary } from "../../functions/recorder/record.ts";
import { serveRecorder } from "../../functions/recorder/server.ts";
import type { Certificate } from "./certificate.ts";

export interface IntakeSettings {
  /** Path ids. */
  readonly paths: readonly string[];
  readonly apiKey: string;
  /** With one they speak TLS. */
  readonly certificate?: Certificate;
}

export interface ReadyIntakes {
  readonly recorders: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  readonly s3Endpoint: string;
  /** By path id: what one has stored, no other sends. */
  readonly buckets: Readonly<Record<string, string>>;
  readonly secretsEndpoint: string;
}

/** One request that was taken. `seqs`: numbers of its lines in order; -1 for a piece without a marker. */
export interface IntakeArrival {
  readonly path: string;
  readonly headersAtMs: number;
  readonly arrivedAtMs: number;
  readonly wireBytes: number;
  readonly rawBytes: number;
  readonly seqs: readonly number[];
}

export interface IntakeSummary {
  readonly paths: Readonly<Record<string, Summary>>;
  /** How late it was since it was told that the load begins, and how many requests had no room. */
  readonly watch: Lateness & { readonly refused: number };
}

export type ToIntakes =
  | { readonly kind: "open"; readonly settings: IntakeSettings }
  | { readonly kind: "faults"; readonly plan: FaultPlan | undefined }
  | { readonly kind: "load-begins" }
  | { readonly kind: "summary" };

export type FromIntakes =
  | ({ readonly kind: "ready" } & ReadyIntakes)
  | ({ readonly kind: "arrival" } & IntakeArrival)
  | ({ readonly kind: "summary" } & IntakeSummary);

const tell = (message: FromIntakes) => process.send?.(message);

const recorders = new Map<string, Recorder>();
const lateness = watchLateness();
let refused = 0;

async function open({ paths, apiKey, certificate: files }: IntakeSettings): Promise<void> {
  const certificate = files && { key: readFileSync(files.keyFile, "utf8"), cert: readFileSync(files.certFile, "utf8") };
  const ports: Record<string, { host: string; port: number }> = {};
  for (const path of paths) {
    const onArrival = (arrival: Arrival) => tell({ kind: "arrival", path, ...seen(arrival) });
    // FireLens keeps no limit of entries: what is over is counted.
    const recorder = createRecorder({ apiKey, lenient: true, keepEntries: 0, onArrival });
    recorders.set(path, recorder);
    const onNoRoom = () => {
      refused += 1;
    };
    const { host, port } = await serveRecorder(recorder, 0, { certificate, onNoRoom });
    ports[path] = { host, port };
  }
  const s3 = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
  const buckets = Object.fromEntries(paths.map((path) => [path, `store-${path}`]));
  for (const bucket of Object.values(buckets)) s3.createBucket(bucket);
  const secrets = await serveSecret(apiKey);
  tell({
    kind: "ready",
    recorders: ports,
    s3Endpoint: `http://127.0.0.1:${s3.port}`,
    buckets,
    secretsEndpoint: `http://127.0.0.1:${secrets}`,
  });
}

const seen = ({ headersAtMs, arrivedAtMs, wireBytes, rawBytes, entries }: Arrival) => ({
  headersAtMs: headersAtMs ?? arrivedAtMs,
  arrivedAtMs,
  wireBytes,
  rawBytes,
  seqs: entries.map(({ marker }) => marker?.seq ?? -1),
});

/** GetSecretValue for one secret: a cold start of the forwarder reads its key with the SDK, as it does in AWS. */
async function serveSecret(secret: string): Promise<number> {
  const server = http.createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ Name: "api-key", SecretString: secret }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

// A terminal sends Ctrl-C to the whole group; it is for the parent to decide what ends, and with it this does.
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToIntakes) => {
  if (message.kind === "open") return void open(message.settings);
  if (message.kind === "load-begins") return lateness.start();
  if (message.kind === "faults") {
    for (const recorder of recorders.values()) recorder.setFaults(message.plan);
    return;
  }
  tell({
    kind: "summary",
    paths: Object.fromEntries([...recorders].map(([path, recorder]) => [path, recorder.summary()])),
    watch: { ...lateness.read(), refused },
  });
});
