import type { Clock } from "../../functions/clock.ts";
import { decompress } from "../../functions/compression.ts";
import { forward, type Parts } from "../../functions/forwarder/forward.ts";
import { createMetadataLookup } from "../../functions/forwarder/metadata/lookup.ts";
import { loadRules } from "../../functions/forwarder/stages/rules/load.ts";
import { createCompression } from "../../functions/intake/compression.ts";
import { accountingGap } from "../../functions/records/fates.ts";
import { INTAKE_LIMITS } from "../../functions/records/intake-limits.ts";
import { ConfigError } from "../../functions/settings/config.ts";
import { type Store, StoreError } from "../../functions/undelivered/store.ts";
import type { StoredObject } from "../../functions/undelivered/stored-object.ts";
import { INVOCATION } from "../support/deliveries.ts";

const RULES = {
  rules: [
    {
      logGroup: "/ecs/shop-api",
      multiline: { startPattern: "^\\S", pieces: 100 },
      exclude: "GET /health",
      redact: ["email", "ipv4"],
    },
    { logGroup: "/aws/lambda/*", sample: { rate: 0.5, key: "RequestId: (\\S+)" }, redact: ["jwt", "bearer-token"] },
    { logGroup: "flow-*", include: "ACCEPT", redact: [{ pattern: "password=\\S+" }, "credit-card", "aws-secret-key"] },
  ],
  default: { redact: ["email", { pattern: "password=\\S+" }] },
};
const rules = loadRules(JSON.stringify(RULES), {});
if (rules instanceof ConfigError) throw rules;

const clock: Clock = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  sleep: async () => undefined,
  random: () => 0.5,
};

const REFUSED = () => Promise.reject(Object.assign(new Error("refused"), { name: "AccessDeniedException" }));

/**
 * Forwards one event, whatever it is.
 * @returns what of the promise does not hold; undefined if all does.
 */
export async function problemWith(event: unknown): Promise<string | undefined> {
  const bodies: Uint8Array[] = [];
  const stored: StoredObject[] = [];
  const store = {
    write: async (object: StoredObject) => {
      for (const value of Object.values(object.metadata)) {
        if (!/^[\x20-\x7e]*$/.test(value)) throw new StoreError("s3 InvalidArgument", "metadata is not ASCII.");
      }
      stored.push(object);
    },
  } as unknown as Store;
  const clients = {
    describeTasks: REFUSED,
    describeTaskDefinition: REFUSED,
    listClusters: REFUSED,
    listLogGroupTags: REFUSED,
  };
  const parts: Parts = {
    settings: {
      forwarderName: "fuzz",
      forwarderVersion: "0",
      tags: ["team:a"],
      maxDecodedBytes: 4_000_000,
      maxConcurrentRequests: 2,
      metadata: { budgetMs: 50 },
    },
    metadata: createMetadataLookup({ ecs: true }, clients, clock),
    rules: rules as Exclude<typeof rules, ConfigError>,
    reserves: { slowness: 1, storeMs: 5_000, exitMs: 250 },
    compress: createCompression("zstd", { zstdLevel: 1, gzipLevel: 3 }).compress,
    deliver: async (payload) => {
      bodies.push(payload.body);
      return [{ payload, outcome: { status: "delivered" } }];
    },
    store,
    clock,
  };
  try {
    const { report } = await forward(event, { ...INVOCATION, deadlineMs: clock.monotonicMs() + 60_000 }, parts);
    if (accountingGap(report) !== 0) return `the sum is off by ${accountingGap(report)}`;
    if (report.returned > 0) return `${report.returned} handed back`;
    if (stored.length !== report.unreadable) return `${report.unreadable} unreadable, ${stored.length} stored`;
    const entries = bodies.flatMap(entriesIn);
    if (entries.length !== report.delivered) return `${report.delivered} delivered, ${entries.length} entries sent`;
    return entries.map(problemWithEntry).find((problem) => problem !== undefined);
  } catch (error) {
    return `threw ${(error as Error).stack}`;
  }
}

function entriesIn(body: Uint8Array): Record<string, unknown>[] {
  const json = decompress(body);
  if (json.length > INTAKE_LIMITS.maxBytes) throw new Error(`a payload of ${json.length} bytes`);
  const entries = JSON.parse(json.toString("utf8"));
  if (entries.length > INTAKE_LIMITS.maxEntries) throw new Error(`a payload of ${entries.length} entries`);
  return entries;
}

function problemWithEntry(entry: Record<string, unknown>): string | undefined {
  const { id, timestamp, message, ddtags, aws } = entry;
  if (typeof id !== "string" || typeof message !== "string" || !Number.isSafeInteger(timestamp))
    return "a broken entry";
  if (typeof ddtags !== "string" || typeof aws !== "object") return "an entry without its attributes";
  if (Buffer.byteLength(JSON.stringify(entry)) > INTAKE_LIMITS.maxEntryBytes) return "an entry over the limit";
  return undefined;
}
