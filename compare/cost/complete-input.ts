import { type FirelensProfile, PROFILES } from "../firelens/agent-config.ts";
import { cpuSlowdown } from "../lambda/lambda-usage.ts";
import { type FigureName, type Model, openModel } from "../modelled.ts";
import { eventsPerFlush } from "./batch-events.ts";
import type { CostInput, FargateSize } from "./types.ts";

/** A service of some size, with the settings that this project's constructs have. */
const DEFAULTS = {
  region: "us-east-1",
  gbPerDay: 10,
  tasks: 10,
  lineBytes: 200,
  retentionDays: 14,
  egress: "internet",
  inCloudwatchAnyway: false,
  profile: "hardened",
  taskVcpu: 0.5,
  taskMemoryMb: 1_024,
  forwarderMemoryMb: 512,
  arch: "arm64",
} as const satisfies Partial<CostInput>;

const BYTES_PER_DAY = 1e9 / 86_400;

/** From here on AWS advises half a vCPU and 250 MB for Fluent Bit as a sidecar. */
const BUSY_BYTES_PER_SECOND = 2e6;
const BUSY_SIDECAR = { vcpu: 0.5, memoryMb: 250 };
/**
 * What is reserved, twice the buffer: by the construct, or as in AWS's examples (50 MB); no CPU, of which Fluent Bit takes some
 * percent. Not what a quiet run takes: an outage fills the buffer.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html (2026-11)
 */
const calmSidecar = (profile: FirelensProfile): FargateSize => ({
  vcpu: 0,
  memoryMb: 2 * PROFILES[profile].memBufLimitMb,
});

const wireRatioOf = (profile: FirelensProfile): FigureName =>
  PROFILES[profile].compress ? "cost.wireRatioFirelens" : "cost.wireRatioFirelensPlain";

/** What is not given is taken from defaults, from the rate of each task, and from the model. */
export function completeInput(given: Partial<CostInput> = {}, model: Model = openModel()): CostInput {
  const basic = { ...DEFAULTS, ...given };
  const { gbPerDay, tasks, forwarderMemoryMb, profile } = basic;
  const bytesPerSecond = (gbPerDay * BYTES_PER_DAY) / tasks;
  const sidecar = bytesPerSecond < BUSY_BYTES_PER_SECOND ? calmSidecar(profile) : BUSY_SIDECAR;
  const billed = forwarderTimes(forwarderMemoryMb, model);
  // A figure is asked for only where it is needed: the model notes which are used.
  return {
    sidecarVcpu: sidecar.vcpu,
    sidecarMemoryMb: sidecar.memoryMb,
    ...basic,
    batchEvents: given.batchEvents ?? eventsPerFlush(basic, model),
    billedMsPerDelivery: given.billedMsPerDelivery ?? billed.perDelivery(),
    billedMsPerThousandEvents: given.billedMsPerThousandEvents ?? billed.perThousandEvents(),
    coldStartsPerMonth: given.coldStartsPerMonth ?? model.get("cost.coldStartsPerMonth"),
    billedMsPerColdStart: given.billedMsPerColdStart ?? model.get("cost.coldStartMs"),
    wireRatioLambda: given.wireRatioLambda ?? model.get("cost.wireRatioLambda"),
    wireRatioFirelens: given.wireRatioFirelens ?? model.get(wireRatioOf(profile)),
    entryBytesLambda: given.entryBytesLambda ?? model.get("cost.entryBytesLambda"),
    entryBytesFirelens: given.entryBytesFirelens ?? model.get("cost.entryBytesFirelens"),
  };
}

/** Billed ms of a function with so much memory: its share of a vCPU makes CPU time longer, the rest not. */
export function forwarderTimes(memoryMb: number, model: Model) {
  const slowdown = () => cpuSlowdown(memoryMb, model.get("lambda.mbPerVcpu"));
  return {
    perDelivery: () =>
      model.get("cost.deliveryWallMs") + slowdown() * model.get("cost.deliveryCpuMs") + model.get("cost.intakeMs"),
    perThousandEvents: () =>
      model.get("cost.thousandEventsWallMs") + slowdown() * model.get("cost.thousandEventsCpuMs"),
  };
}
