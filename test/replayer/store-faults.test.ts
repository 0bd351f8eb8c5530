import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compressed, decompress } from "../../functions/compression.ts";
import { entriesOf, payloadOf } from "../../functions/intake/payload.ts";
import { replay } from "../../functions/replayer/replay.ts";
import type { ReplayStore } from "../../functions/undelivered/store.ts";
import { partsOf, storedPayloads } from "../../functions/undelivered/stored-parts.ts";
import { faultyStore, type StoreFaults } from "../support/faulty-store.ts";
import { quickClock } from "../support/forwarder.ts";
import { patientStore } from "../support/patient-store.ts";
import { type PickyIntake, startPickyIntake } from "../support/picky-intake.ts";
import { replayerOf } from "../support/replayer.ts";
import { s3OfTests } from "../support/s3-of-tests.ts";

const s3 = s3OfTests();
const plain = patientStore();
let intake: PickyIntake;
let isOut = false;
let skewMs = 0;

beforeAll(async () => {
  // Takes four entries at once, and never one of those that are called bad.
  const limits = { maxEntries: 4, maxBytes: 5_000_000 };
  intake = await startPickyIntake(
    ({ body }) => (isOut || decompress(body).includes('"bad') ? { kind: "status", status: 500 } : undefined),
    { limits },
  );
});
afterAll(async () => {
  await intake.server.stop();
});

/** Waits are over at once. */
const clock = {
  ...quickClock,
  now: () => Date.now() + skewMs,
  monotonicMs: () => performance.now() + skewMs,
  sleep: async () => undefined,
};

const compress = (json: Uint8Array) =>
  ({ body: compressed(json, "gzip", { gzipLevel: 1, zstdLevel: 1 }), encoding: "gzip" }) as const;

type Chance = () => number;

/** Some objects of one payload and some of many. @returns the ids in them */
async function fill(store: ReplayStore, chance: Chance): Promise<string[]> {
  const ids: string[] = [];
  const whole = (below: number) => Math.floor(chance() * below);
  for (let object = 0; object <= whole(4); object++) {
    const payloads = Array.from({ length: 1 + whole(6) }, () => {
      const entries = Array.from({ length: 1 + whole(7) }, () => {
        const id = `${chance() < 0.04 ? "bad" : "e"}${ids.length}`;
        ids.push(id);
        return { id, timestamp: Date.now() - whole(60_000), message: "m" };
      });
      return { payload: payloadOf(entries, compress), reason: "http 503" };
    });
    for (const stored of storedPayloads("undelivered", payloads)) await store.write(stored, 5_000);
  }
  return ids;
}

function idsUnder(prefix: string): string[] {
  const bodies = [...s3.objects].filter(([key]) => key.startsWith(prefix)).map(([, { body }]) => body);
  const payloads = bodies.flatMap((body) => partsOf(body)?.map((part) => part.body) ?? [body]);
  return payloads.flatMap((body) => entriesOf(body) ?? []).map(({ id }) => String(id));
}

/** Runs, in a fresh sandbox each, until nothing is left but what the intake never takes. @returns how often each arrived */
async function drain(seed: number, mayDouble: boolean) {
  const random = mersenne(seed);
  const chance = () => uniformFloat64(random);
  s3.objects.clear();
  intake.recorder.clear();
  const ids = await fill(plain, chance);
  const faults: StoreFaults = {
    chance,
    probability: 0.3,
    mayDouble,
    wait: (ms) => {
      skewMs += ms;
    },
  };
  const environment = { ...intake.environment, DD_S3_BUCKET_NAME: "store", AWS_ENDPOINT_URL_S3: s3.endpoint };
  const run = async (pauseMs: number) => {
    const store = faultyStore(plain, faults);
    const { report } = await replay(replayerOf(environment, { clock, store }), clock.monotonicMs() + 30_000);
    expect(report.readEvents).toBe(report.delivered + report.rejected + report.left);
    skewMs += pauseMs;
  };
  for (let i = 0; i < 8; i++) {
    isOut = chance() < 0.2;
    await run(60_000);
  }
  isOut = false;
  faults.probability = 0;
  for (let i = 0; i < 12 && idsUnder("undelivered/").some((id) => id.startsWith("e")); i++) await run(3_600_000);
  return { ids, arrived: intake.recorder.entries().map(({ id }) => String(id)) };
}

const SEEDS = Number(process.env.SEEDS ?? 100);

describe.each([
  ["S3 refuses or hangs at any call", false],
  ["S3 refuses, hangs or loses its answer at any call, the memory's, too", true],
])("%s", (_what, mayDouble) => {
  test(`nothing is lost, and nothing arrives twice unless an answer was lost: ${SEEDS} seeds`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      skewMs = 0;
      const { ids, arrived } = await drain(seed, mayDouble);
      const kept = [...idsUnder("undelivered/"), ...idsUnder("rejected/")];
      const lost = ids.filter((id) => !arrived.includes(id) && !kept.includes(id));
      expect({ seed, lost }).toEqual({ seed, lost: [] });
      if (mayDouble) continue;
      expect({ seed, twice: arrived.length - new Set(arrived).size }).toEqual({ seed, twice: 0 });
      expect({ seed, left: kept.filter((id) => arrived.includes(id)) }).toEqual({ seed, left: [] });
    }
  });
});
