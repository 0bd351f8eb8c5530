import fc from "fast-check";
import { expect, test } from "vitest";
import { openModel } from "../../../compare/modelled.ts";
import { loadOf } from "../../../compare/scale/load.ts";
import { accountCase } from "../../../compare/scale/verdict.ts";
import { WAYS } from "../../../compare/scale/ways.ts";
import { scaleModel, service } from "./scale-model.ts";

const scale = scaleModel();

test("86.4 GB a day from 100 log streams, by hand: 1 MB/s, 5,000 lines/s, 20 deliveries/s of 250 lines", () => {
  const load = loadOf(service({ gbPerDay: 86.4 }), openModel());
  expect(load.textBytesPerSecond).toBeCloseTo(1e6);
  expect(load.eventsPerSecond).toBeCloseTo(5_000);
  expect(load.eventsPerDelivery).toBeCloseTo(250);
  expect(load.deliveriesPerSecond).toBeCloseTo(20);
  // 0.21 of the text, as gzip.
  expect(load.deliveryBytesPerSecond).toBeCloseTo(0.21e6);
});

test("a log stream that writes less than a line in 5 s makes a delivery of each line", () => {
  const load = loadOf(service({ gbPerDay: 0.0864, streams: 1_000 }), openModel());
  expect(load.eventsPerDelivery).toBe(1);
  expect(load.deliveriesPerSecond).toBeCloseTo(5);
});

test("forwarders at once are invocations a second times the seconds of one, and requests never fewer than bodies fill", () => {
  const { ways } = accountCase(service({ gbPerDay: 86.4 }), scale);
  // 1.4 ms a delivery, of which 0.8 are CPU, 5.4 and 4.8 a thousand lines, CPU stretched by 1,769 / 512; 50 ms for the intake.
  const stretched = 1_769 / 512 - 1;
  const seconds = (1.4 + 0.8 * stretched + 50 + 0.25 * (5.4 + 4.8 * stretched)) / 1_000;
  expect(ways.direct.invocationSeconds).toBeCloseTo(seconds);
  expect(ways.direct.atOnce).toBeCloseTo(20 * seconds);
  expect(ways.direct.requestsPerSecond).toBeCloseTo(20);
  // 4 shards with 2 readers and windows of 5 s: 1.6 invocations a second at most, but bodies of 1,000 lines.
  expect(ways.kinesis.invocationsPerSecond).toBeCloseTo(1.6, 4);
  expect(ways.kinesis.requestsPerSecond).toBeCloseTo(5);
  expect(ways.kinesis.atOnceNeeded).toBe(8);
  expect(ways.direct.atOnceNeeded).toBeCloseTo(40);
});

test("long lines fill a request by bytes", () => {
  // 10 MB/s in lines of 10,000 bytes and 657 around each: a body of 5 MB takes 469 of them, not 1,000.
  const { ways } = accountCase(service({ gbPerDay: 864, streams: 10, lineBytes: 10_000 }), scale);
  expect(ways.kinesis.invocationsPerSecond).toBeLessThan(2);
  expect(ways.kinesis.requestsPerSecond).toBeCloseTo((1_000 * 10_657) / 5e6);
});

test("accounts share the load evenly, and AWS's free tiers", () => {
  const whole = accountCase(service({ gbPerDay: 1_000, streams: 10_000 }), scale);
  const shared = accountCase(service({ gbPerDay: 1_000, streams: 10_000, accounts: 4 }), scale);
  expect(shared.load.deliveriesPerSecond).toBeCloseTo(whole.load.deliveriesPerSecond / 4);
  // Alarms, dashboard and secret are of each account; nothing is free twice.
  expect(4 * shared.ways.direct.usdPerMonth).toBeGreaterThan(whole.ways.direct.usdPerMonth);
});

const volume = fc.double({ min: 0.01, max: 1e5, noNaN: true });
const streams = fc.integer({ min: 1, max: 200_000 });
const factor = fc.double({ min: 1, max: 50, noNaN: true });
const lineBytes = fc.integer({ min: 20, max: 20_000 });

test("more volume never makes fewer requests, invocations, forwarders or dollars", () => {
  fc.assert(
    fc.property(volume, factor, streams, lineBytes, (gbPerDay, more, count, bytes) => {
      const [less, greater] = [gbPerDay, gbPerDay * more].map((gb) =>
        accountCase(service({ gbPerDay: gb, streams: count, lineBytes: bytes }), scale),
      );
      for (const way of WAYS) {
        for (const figure of ["requestsPerSecond", "invocationsPerSecond", "atOnceNeeded", "usdPerMonth"] as const) {
          const [a, b] = [less?.ways[way][figure] ?? Number.NaN, greater?.ways[way][figure] ?? Number.NaN];
          expect(b, `${way} ${figure}`).toBeGreaterThanOrEqual(a * (1 - 1e-9));
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("more log streams never make fewer deliveries, and a stream never sends more requests than direct", () => {
  fc.assert(
    fc.property(volume, factor, streams, (gbPerDay, more, count) => {
      const few = accountCase(service({ gbPerDay, streams: count }), scale);
      const many = accountCase(service({ gbPerDay, streams: Math.ceil(count * more) }), scale);
      expect(many.load.deliveriesPerSecond).toBeGreaterThanOrEqual(few.load.deliveriesPerSecond * (1 - 1e-9));
      expect(few.ways.kinesis.requestsPerSecond).toBeLessThanOrEqual(few.ways.direct.requestsPerSecond * (1 + 1e-9));
    }),
    { numRuns: 300 },
  );
});
