import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forward } from "../../functions/forwarder/forward.ts";
import { entriesOf } from "../../functions/intake/payload.ts";
import type { Fault } from "../../functions/recorder/faults.ts";
import type { Invoke } from "../../functions/replayer/invoke-forwarder.ts";
import { replayAlone } from "../../functions/replayer/replay-alone.ts";
import type { ReplayStore } from "../../functions/undelivered/store.ts";
import { partsOf } from "../../functions/undelivered/stored-parts.ts";
import { deliveryOf, INVOCATION, lines } from "../support/deliveries.ts";
import { faultyStore, type StoreFaults } from "../support/faulty-store.ts";
import { forwarderOf, type Intake, startIntake } from "../support/forwarder.ts";
import { patientStore } from "../support/patient-store.ts";
import { replayerOf } from "../support/replayer.ts";
import { s3OfTests } from "../support/s3-of-tests.ts";

/**
 * Forwarder and replayer with faults on all sides, until the store is empty: the intake refuses, hangs and loses answers, S3
 * does the same, the key is refused, runs are killed at any call, two are begun at once, Lambda gives up on invocations.
 */

const s3 = s3OfTests();
const plain = patientStore();
let intake: Intake;

beforeAll(async () => {
  intake = await startIntake();
});
afterAll(async () => {
  await intake.server.stop();
});

const FAULTS: readonly Fault[] = [
  { kind: "status", status: 503 },
  { kind: "status", status: 429, retryAfter: "1" },
  { kind: "status", status: 413 },
  { kind: "status", status: 403 },
  { kind: "reset" },
  { kind: "lostAnswer" },
];
/** Each costs a whole time-out. */
const HANG: Fault = { kind: "hang" };

/** The store of a run that is killed at one of its calls: what is under way there may still be done. */
function dyingStore(store: ReplayStore, calls: number, die: () => void): ReplayStore {
  let left = calls;
  const alive =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      left -= 1;
      if (left >= 0) return work(...args);
      die();
      return new Promise<never>(() => undefined);
    };
  return {
    write: alive(store.write),
    read: alive(store.read),
    remove: alive(store.remove),
    removeAll: alive(store.removeAll),
    copy: alive(store.copy),
    folders: alive(store.folders),
    writeIf: alive(store.writeIf),
    list: store.list,
  };
}

function openWorld(seed: number) {
  const random = mersenne(seed);
  const chance = () => uniformFloat64(random);
  const whole = (below: number) => Math.floor(chance() * below);
  let skewMs = 0;
  const clock = {
    now: () => Date.now() + skewMs,
    monotonicMs: () => performance.now() + skewMs,
    // A lock is never renewed: it ends in the middle of a run where S3 hangs.
    sleep: (ms: number) => (ms < 15_000 ? Promise.resolve() : new Promise<void>(() => undefined)),
    random: chance,
  };
  const faults: StoreFaults = {
    chance,
    probability: 0.15,
    mayDouble: true,
    wait: (ms) => {
      skewMs += Math.ceil(ms);
    },
  };
  const environment = {
    ...intake.environment,
    DD_S3_BUCKET_NAME: "store",
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    SIDECARLESS_REQUEST_TIMEOUT_MS: "100",
  };
  const store = () => faultyStore(plain, faults);
  const ids: string[] = [];
  let events = 0;

  const invokeForwarder = async (event: unknown) => {
    const invocation = { ...INVOCATION, deadlineMs: clock.monotonicMs() + 60_000 };
    const { answer } = await forward(event, invocation, { ...forwarderOf(environment, clock), store: store() });
    answer();
  };
  /** Tried three times, and then written to the bucket: so Lambda does it. */
  const deliver = async () => {
    const name = `s${seed}-${events++}-`;
    const count = 1 + whole(6);
    ids.push(...Array.from({ length: count }, (_, i) => `${name}${i}`));
    const event = deliveryOf(lines(count), clock.now() - whole(3_600_000), name);
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        return await invokeForwarder(event);
      } catch {
        skewMs += 60_000;
      }
    }
    const key = `aws/lambda/async/forwarder/2026/11/25/2026-11-25T10.00.00-${name}`;
    const body = JSON.stringify({ version: "1.0", requestPayload: event });
    return plain.write({ key, body, contentType: "application/json", metadata: {} }, 5_000);
  };
  const invoke: Invoke = async (event) => {
    try {
      await invokeForwarder(event);
      return { status: "taken" };
    } catch {
      return { status: "failed", reason: "forwarder HandedBackError", isWell: true };
    }
  };
  const run = async (killedAfter?: number) => {
    let die = () => {};
    const killed = new Promise<undefined>((resolve) => {
      die = () => resolve(undefined);
    });
    const own = killedAfter === undefined ? store() : dyingStore(store(), killedAfter, die);
    const replayer = replayerOf(environment, { clock, invoke, store: own });
    const ended = await Promise.race([
      replayAlone(replayer, clock.monotonicMs() + 120_000, `run${whole(1e9)}`),
      killed,
    ]);
    if (!ended) return;
    const { readEvents, delivered, rejected, left } = ended.report;
    expect(readEvents).toBe(delivered + rejected + left);
  };
  return {
    ids,
    chance,
    whole,
    deliver,
    run,
    pass: (ms: number) => {
      skewMs += ms;
    },
    allIsWell: () => {
      faults.probability = 0;
      intake.recorder.setFaults(undefined);
    },
    trouble: () => {
      const sequence = Array.from({ length: 1 + whole(12) }, () =>
        chance() < 0.5 ? null : chance() < 0.04 ? HANG : (FAULTS[whole(FAULTS.length)] ?? null),
      );
      intake.recorder.setFaults({ sequence });
    },
  };
}

/** What nobody but a person takes out, and what the replayer remembers, is not in it. */
const waiting = () => [...s3.objects.keys()].filter((key) => !/^(?:replayer|rejected)\//.test(key));

/** A single entry that is too large, by what the intake says. */
function idsRejected(): string[] {
  const bodies = [...s3.objects].filter(([key]) => key.startsWith("rejected/")).map(([, { body }]) => body);
  const payloads = bodies.flatMap((body) => partsOf(body)?.map((part) => part.body) ?? [body]);
  return payloads.flatMap((body) => entriesOf(body) ?? []).map(({ id }) => String(id));
}

async function drained(seed: number) {
  s3.objects.clear();
  intake.recorder.clear();
  const world = openWorld(seed);
  for (let round = 0; round < 6; round++) {
    world.trouble();
    for (let i = 0; i <= world.whole(4); i++) await world.deliver();
    const killedAfter = world.chance() < 0.4 ? world.whole(12) : undefined;
    await Promise.all([world.run(killedAfter), world.chance() < 0.2 ? world.run() : undefined]);
    world.pass(70_000);
  }
  world.allIsWell();
  for (let i = 0; i < 15 && waiting().length > 0; i++) {
    await world.run();
    world.pass(3_600_000);
  }
  const arrived = new Set([...intake.recorder.entries().map(({ id }) => String(id)), ...idsRejected()]);
  return { seed, left: waiting(), lost: world.ids.filter((id) => !arrived.has(id)) };
}

const SEEDS = Number(process.env.SEEDS ?? 200);
const FIRST = Number(process.env.FIRST_SEED ?? 1);

test(`nothing is lost, and the store is empty in the end: ${SEEDS} seeds`, { timeout: 600_000 }, async () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    expect(await drained(seed)).toEqual({ seed, left: [], lost: [] });
  }
});
