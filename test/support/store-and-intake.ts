import { afterAll, beforeAll, vi } from "vitest";
import type { Clock } from "../../functions/clock.ts";
import type { Parts } from "../../functions/forwarder/forward.ts";
import type { Fault } from "../../functions/recorder/faults.ts";
import { AWS_CREDENTIALS, type Bucket, startBucket } from "./aws.ts";
import { forwarderOf, type Intake, startIntake } from "./forwarder.ts";

export interface StoreAndIntake {
  readonly bucket: Bucket;
  readonly intake: Intake;
  /** The settings of functions that send to this intake, and store in this bucket. */
  readonly environment: (settings?: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** A forwarder that sends to this intake, and stores in this bucket. */
  readonly parts: (clock: Clock, settings?: Readonly<Record<string, string>>) => Parts;
}

/** For all tests of a file. They are there from the first test on. */
export function storeAndIntake(): StoreAndIntake {
  let bucket: Bucket;
  let intake: Intake;
  beforeAll(async () => {
    bucket = await startBucket();
    intake = await startIntake();
    for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
    vi.stubEnv("AWS_ENDPOINT_URL_S3", bucket.endpoint);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await Promise.all([bucket.stop(), intake.server.stop()]);
  });
  const environmentOf = (settings: Readonly<Record<string, string>> = {}) => ({
    ...intake.environment,
    DD_S3_BUCKET_NAME: bucket.name,
    AWS_ENDPOINT_URL_S3: bucket.endpoint,
    ...settings,
  });
  return {
    get bucket() {
      return bucket;
    },
    get intake() {
      return intake;
    },
    environment: environmentOf,
    parts: (clock, settings) => forwarderOf(environmentOf(settings), clock),
  };
}

/** One of each kind of what an intake may do to a request, for tests that try them all. */
export const INTAKE_FAULTS: readonly Fault[] = [
  { kind: "status", status: 503 },
  { kind: "status", status: 400 },
  { kind: "status", status: 413 },
  { kind: "status", status: 403 },
  { kind: "reset" },
  { kind: "lostAnswer" },
  { kind: "hang" },
];
