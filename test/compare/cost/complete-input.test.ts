import { expect, test } from "vitest";
import { atVolume } from "../../../compare/cost/batch-events.ts";
import { completeInput } from "../../../compare/cost/complete-input.ts";
import { FARGATE_SIZES, fargateSizeFor } from "../../../compare/cost/fargate.ts";
import { openModel } from "../../../compare/modelled.ts";

test("a delivery has what a task writes between two flushes of the driver, up to the driver's limit", () => {
  // 86.4 GB a day are a million bytes a second.
  expect(completeInput({ gbPerDay: 8.64, tasks: 1, lineBytes: 1_000 }).batchEvents).toBe(500);
  expect(completeInput({ gbPerDay: 8.64, tasks: 10, lineBytes: 1_000 }).batchEvents).toBe(50);
  expect(completeInput({ gbPerDay: 0.001, tasks: 10, lineBytes: 1_000 }).batchEvents).toBe(1);
  expect(completeInput({ gbPerDay: 8_640, tasks: 1, lineBytes: 50 }).batchEvents).toBe(10_000);
  // A MiB of 226 bytes.
  expect(completeInput({ gbPerDay: 8_640, tasks: 1, lineBytes: 200 }).batchEvents).toBe(4_639);
});

test("at another volume, a delivery has as many times more, and there are as many", () => {
  const input = completeInput({ gbPerDay: 24, tasks: 10, batchEvents: 100, lineBytes: 200 });
  expect(atVolume(input, 73, openModel())).toEqual(input);
  expect(atVolume(input, 730, openModel())).toEqual({ ...input, gbPerDay: 240, batchEvents: 1_000 });
  expect(atVolume(input, 0.0073, openModel()).batchEvents).toBe(1);
  expect(atVolume(input, 73_000, openModel()).batchEvents).toBe(4_639);
});

test("from 2 MB/s a task on, the sidecar gets what AWS advises", () => {
  const sidecar = (gbPerDay: number) => {
    const { sidecarVcpu, sidecarMemoryMb } = completeInput({ gbPerDay, tasks: 1 });
    return [sidecarVcpu, sidecarMemoryMb];
  };
  expect(sidecar(172)).toEqual([0, 128]);
  expect(sidecar(173)).toEqual([0.5, 250]);
});

test("what is given stays, and the rest is there", () => {
  const input = completeInput({ batchEvents: 7, sidecarVcpu: 0.2, wireRatioLambda: 0.9, region: "eu-west-1" });
  expect(input).toMatchObject({ batchEvents: 7, sidecarVcpu: 0.2, wireRatioLambda: 0.9, region: "eu-west-1" });
  expect(Object.values(input)).not.toContain(undefined);
});

test("billed times are those of the benchmark, CPU time longer by the share of a vCPU", () => {
  const whole = completeInput({ forwarderMemoryMb: 1_769 });
  expect(whole.billedMsPerDelivery).toBeCloseTo(1.4 + 50, 9);
  expect(whole.billedMsPerThousandEvents).toBeCloseTo(5.4, 9);
  const half = completeInput({ forwarderMemoryMb: 884.5 });
  expect(half.billedMsPerDelivery).toBeCloseTo(1.4 + 0.8 + 50, 9);
  expect(half.billedMsPerThousandEvents).toBeCloseTo(5.4 + 4.8, 9);
});

test("modelled figures can be overridden", () => {
  const model = openModel({ "cost.intakeMs": 0, "cost.coldStartsPerMonth": 3 });
  const input = completeInput({ forwarderMemoryMb: 1_769 }, model);
  expect([input.billedMsPerDelivery, input.coldStartsPerMonth]).toEqual([1.4, 3]);
});

test("Fargate's sizes: the cheapest that fits", () => {
  const price = ({ vcpu, memoryMb }: { vcpu: number; memoryMb: number }) => vcpu * 9 + memoryMb / 1_024;
  const size = (vcpu: number, memoryMb: number) => fargateSizeFor({ vcpu, memoryMb }, price);
  expect(size(0.25, 512)).toEqual({ vcpu: 0.25, memoryMb: 512 });
  expect(size(0.25, 513)).toEqual({ vcpu: 0.25, memoryMb: 1_024 });
  expect(size(0.25, 2_049)).toEqual({ vcpu: 0.5, memoryMb: 3_072 });
  expect(size(0.1 + 0.15, 512)).toEqual({ vcpu: 0.25, memoryMb: 512 });
  expect(size(4.1, 16_384)).toEqual({ vcpu: 8, memoryMb: 16_384 });
  expect(size(16, 122_881)).toBeUndefined();
  expect(FARGATE_SIZES).toHaveLength(3 + 4 + 7 + 13 + 23 + 12 + 12);
});
