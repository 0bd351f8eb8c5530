import { gzipSync } from "node:zlib";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";
import { describe, expect, test } from "vitest";
import { type Forwarded, forward, type Parts } from "../../functions/forwarder/forward.ts";
import type { Writes } from "../../functions/forwarder/leftovers.ts";
import type { Fault } from "../../functions/recorder/faults.ts";
import type { PlainEvent } from "../../functions/records/event.ts";
import { accountingGap } from "../../functions/records/fates.ts";
import { StoreError } from "../../functions/undelivered/store.ts";
import { INVOCATION } from "../support/deliveries.ts";
import { kinesisBatch } from "../support/kinesis.ts";
import { storeAndIntake } from "../support/store-and-intake.ts";

const there = storeAndIntake();

/** No time passes while it sleeps: a schedule of faults is over in a moment. */
const clock = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  sleep: async () => undefined,
  random: Math.random,
};

const parts = (settings: Record<string, string> = {}) => there.parts(clock, settings);

const invocation = () => ({ ...INVOCATION, deadlineMs: performance.now() + 60_000 });

interface Answer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}
const failuresOf = (forwarded: Forwarded) =>
  (forwarded.answer() as Answer).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

/** What CloudWatch Logs writes for one stream, before compression. */
const document = (logGroup: string, logStream: string, events: readonly PlainEvent[], kind = "DATA_MESSAGE") =>
  JSON.stringify({
    messageType: kind,
    owner: "111122223333",
    logGroup,
    logStream,
    subscriptionFilters: ["sidecarless"],
    logEvents: events,
  });

const eventsOf = (prefix: string, count: number): PlainEvent[] =>
  Array.from({ length: count }, (_, i) => ({ id: `${prefix}-${i}`, timestamp: Date.now() + i, message: `line ${i}` }));

const data = (...documents: string[]) => Buffer.concat(documents.map((text) => gzipSync(text))).toString("base64");

describe("a batch of a stream", () => {
  test("goes out as full payloads, order kept within each log stream", async () => {
    there.intake.recorder.clear();
    const streams = ["a", "b", "c"];
    const records = Array.from({ length: 60 }, (_, i) => {
      const stream = streams[i % 3] ?? "";
      return data(document(`/ecs/${stream}`, `app/app/${stream}`, eventsOf(`${stream}${i}`, 40)));
    });
    const { report, answer } = await forward(kinesisBatch(records), invocation(), parts({ DD_MAX_WORKERS: "1" }));
    expect(report).toMatchObject({ received: 2_400, delivered: 2_400, requests: 3 });
    expect(answer()).toEqual({ batchItemFailures: [] });
    const arrived = there.intake.recorder.entries().map(({ id }) => String(id));
    for (const stream of streams) {
      const expected = Array.from({ length: 60 }, (_, i) => i)
        .filter((i) => streams[i % 3] === stream)
        .flatMap((i) => eventsOf(`${stream}${i}`, 40).map(({ id }) => id));
      expect(arrived.filter((id) => id.startsWith(stream))).toEqual(expected);
    }
    const groups = new Set(there.intake.recorder.entries().map(({ aws }) => JSON.stringify(aws)));
    expect(groups.size).toBe(3);
  });

  test("is read in parts, if it is more than fits into memory at once", async () => {
    there.intake.recorder.clear();
    const records = Array.from({ length: 30 }, (_, i) => data(document("/ecs/a", "s", eventsOf(`m${i}`, 20))));
    const { report } = await forward(
      kinesisBatch(records),
      invocation(),
      parts({ SIDECARLESS_MAX_DECODED_BYTES: "5000" }),
    );
    expect(report).toMatchObject({ received: 600, delivered: 600, unreadable: 0 });
    expect(report.requests).toBeGreaterThan(5);
    expect(there.intake.recorder.summary()).toMatchObject({ entries: 600, duplicates: 0 });
  });

  test("may hold several deliveries in one record, and control messages, which are counted", async () => {
    there.intake.recorder.clear();
    const control = document("", "", [{ id: "", timestamp: 1, message: "CWL CONTROL MESSAGE" }], "CONTROL_MESSAGE");
    const record = data(document("/ecs/a", "s", eventsOf("x", 3)), control, document("/ecs/b", "t", eventsOf("y", 4)));
    const { report } = await forward(kinesisBatch([record, data(control)]), invocation(), parts());
    expect(report).toMatchObject({ received: 7, delivered: 7, controlMessages: 2, unreadable: 0 });
  });

  test("with records that can't be read: each is stored whole, once, also when the batch comes again", async () => {
    there.bucket.clear();
    const poison = ["!!!", Buffer.from("no gzip").toString("base64"), data("{not json"), data("")];
    const records = [data(document("/ecs/a", "s", eventsOf("p", 5))), ...poison, ...poison];
    for (let time = 0; time < 2; time++) {
      const { report, answer } = await forward(kinesisBatch(records), invocation(), parts());
      expect(report).toMatchObject({ received: 5, delivered: 5, unreadable: 8 });
      expect(answer()).toEqual({ batchItemFailures: [] });
    }
    // Records with the same data are two records: they have numbers of their own.
    expect(await there.bucket.keys("unreadable/")).toHaveLength(8);
    const stored = await Promise.all(
      (await there.bucket.keys("unreadable/")).map(async (key) => (await there.bucket.read(key)).body),
    );
    const kept = stored.map((body) => JSON.parse(Buffer.from(body).toString()).kinesis.data);
    expect(kept.toSorted()).toEqual([...poison, ...poison].toSorted());
  });

  test("of which neither intake nor store takes anything names its first record, and does not throw", async () => {
    there.intake.recorder.setFaults({ always: { kind: "status", status: 503 } });
    const records = Array.from({ length: 3 }, (_, i) => data(document("/ecs/a", "s", eventsOf(`f${i}`, 5))));
    const batch = kinesisBatch(records);
    const forwarded = await forward(batch, invocation(), parts({ DD_S3_BUCKET_NAME: "" }));
    there.intake.recorder.setFaults(undefined);
    expect(forwarded.report).toMatchObject({ received: 15, returned: 15 });
    expect(failuresOf(forwarded)).toEqual([batch.Records[0]?.kinesis.sequenceNumber]);
  });
});

/** S3 that refuses some writes, and loses some answers: the object is there, and the writer does not know. */
function unreliable(store: Writes, random: () => number, failures: number): Writes {
  return {
    write: async (object, timeoutMs) => {
      const draw = random();
      if (draw < failures / 2) throw new StoreError("s3 SlowDown", "refused.");
      await store.write(object, timeoutMs);
      if (draw < failures) throw new StoreError("s3 TimeoutError", "its answer was lost.");
    },
  };
}

/** As Lambda's event source does it: from the first failed record on, again, until nothing fails. */
async function handOver(records: ReturnType<typeof kinesisBatch>["Records"], parts: Parts, attempts: number) {
  let left = records;
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt === attempts) throw new Error(`${left.length} records are left after ${attempts} attempts`);
    const forwarded = await forward({ Records: left }, invocation(), parts);
    const { report } = forwarded;
    expect(accountingGap(report)).toBe(0);
    const [first] = failuresOf(forwarded);
    expect(report.returned > 0 && first === undefined, "returned without a failed record").toBe(false);
    left = first === undefined ? [] : left.slice(left.findIndex(({ kinesis }) => kinesis.sequenceNumber === first));
  }
}

describe("batches, faults and poison together", () => {
  const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);

  test.each(SEEDS)("seed %i: no id is lost, whatever the answer says", async (seed) => {
    const generator = mersenne(seed);
    const random = () => uniformFloat64(generator);
    const int = (max: number) => Math.floor(random() * max);
    there.bucket.clear();
    there.intake.recorder.clear();
    const faults: readonly Fault[] = [
      { kind: "status", status: 503 },
      { kind: "status", status: 400 },
      { kind: "status", status: 413 },
      { kind: "status", status: 429 },
      { kind: "reset" },
      { kind: "lostAnswer" },
    ];
    const fault = faults[int(faults.length)] as Fault;
    there.intake.recorder.setFaults({ probability: 0.7 * random(), fault, seed });

    const ids: string[] = [];
    let poisoned = 0;
    const records = Array.from({ length: 1 + int(15) }, (_, i) => {
      if (random() < 0.15) {
        poisoned += 1;
        return ["%%%", Buffer.from(`poison ${i}`).toString("base64"), data(`{"broken":${i}`)][int(3)] ?? "";
      }
      const documents = Array.from({ length: 1 + int(3) }, (_, j) => {
        const events = eventsOf(`${seed}-${i}-${j}`, int(40));
        ids.push(...events.map(({ id }) => id));
        return document(`/ecs/${int(4)}`, `app/app/${int(4)}`, events);
      });
      return data(...documents);
    });
    const whole = parts({
      SIDECARLESS_MAX_DECODED_BYTES: String(10_000 + int(50_000)),
      DD_COMPRESSION: random() < 0.5 ? "zstd" : "gzip",
    });
    await handOver(
      kinesisBatch(records).Records,
      { ...whole, store: unreliable(whole.store, random, random() * 0.2) },
      200,
    );

    const safe = new Set([
      ...there.intake.recorder.entries().map(({ id }) => String(id)),
      ...(await there.bucket.ids("undelivered/")),
      ...(await there.bucket.ids("rejected/")),
    ]);
    expect(ids.filter((id) => !safe.has(id))).toEqual([]);
    expect(await there.bucket.keys("unreadable/")).toHaveLength(poisoned);
  });
});
