import http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forward } from "../../functions/forwarder/forward.ts";
import { payloadOf } from "../../functions/intake/payload.ts";
import { replayAlone } from "../../functions/replayer/replay-alone.ts";
import { storedPayload } from "../../functions/undelivered/stored-object.ts";
import { compress, deliveryOf, INVOCATION, lines } from "../support/deliveries.ts";
import { forwarderOf, quickClock } from "../support/forwarder.ts";
import { replayerOf } from "../support/replayer.ts";
import { s3OfTests } from "../support/s3-of-tests.ts";

/** An intake that takes so many requests at once, and answers 429 to any more. */
const CAPACITY = 6;

async function startNarrowIntake() {
  let underWay = 0;
  const seen = { taken: 0, refused: 0, most: 0 };
  const server = http.createServer(async (request, response) => {
    underWay += 1;
    seen.most = Math.max(seen.most, underWay);
    const isTaken = underWay <= CAPACITY;
    for await (const _ of request);
    if (isTaken) await setTimeout(5);
    underWay -= 1;
    seen[isTaken ? "taken" : "refused"] += 1;
    response.writeHead(isTaken ? 202 : 429, isTaken ? {} : { "retry-after": "1" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const s3 = s3OfTests();
let intake: Awaited<ReturnType<typeof startNarrowIntake>>;

beforeAll(async () => {
  intake = await startNarrowIntake();
});
afterAll(async () => {
  intake.stop();
});

const OBJECTS = 400;
/** Too many to be joined: each object is a request. */
const ENTRIES = 600;

test("while the store drains through an intake that is nearly full, new logs get through beside it", async () => {
  const environment = {
    DD_API_KEY: "key",
    DD_URL: "127.0.0.1",
    DD_PORT: String(intake.port),
    DD_NO_SSL: "true",
    DD_S3_BUCKET_NAME: "store",
    AWS_ENDPOINT_URL_S3: s3.endpoint,
  };
  for (let i = 0; i < OBJECTS; i++) {
    const entries = Array.from({ length: ENTRIES }, () => ({ id: String(i), timestamp: Date.now() - OBJECTS + i }));
    s3.put(storedPayload("undelivered", payloadOf(entries, compress), "http 503"));
  }
  const forwarder = forwarderOf(environment);
  const draining = replayAlone(replayerOf(environment), quickClock.monotonicMs() + 600_000, "run");
  let isDrained = false;
  void draining.then(() => {
    isDrained = true;
  });
  const reports = [];
  while (!isDrained) {
    const invocation = { ...INVOCATION, deadlineMs: performance.now() + 60_000 };
    reports.push((await forward(deliveryOf(lines(10)), invocation, forwarder)).report);
  }
  const { report } = await draining;
  expect(report).toMatchObject({ objects: OBJECTS, delivered: OBJECTS * ENTRIES, left: 0 });
  // It would have 16 requests at once if it were let.
  expect(intake.seen.refused).toBeGreaterThan(0);
  expect(intake.seen.most).toBeLessThan(CAPACITY + 4);
  // Few are refused, its own most of all: it backs off as one, and comes back slowly.
  expect(intake.seen.refused / intake.seen.taken).toBeLessThan(0.2);
  const stored = reports.reduce((sum, { undelivered }) => sum + undelivered, 0);
  const received = reports.reduce((sum, one) => sum + one.received, 0);
  expect(received).toBeGreaterThan(0);
  // Six attempts, of which one in seven is refused. At most one delivery in thousands has to be stored.
  expect(stored).toBeLessThanOrEqual(10);
});
