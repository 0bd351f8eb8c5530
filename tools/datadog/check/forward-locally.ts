import { forward } from "../../../functions/forwarder/forward.ts";
import { reservesFor } from "../../../functions/forwarder/reserves.ts";
import { BREAKER_POLICY } from "../../../functions/intake/breaker.ts";
import { createIntake, type IntakeEdge } from "../../../functions/intake/deliver.ts";
import { entriesOf, type SentEntry } from "../../../functions/intake/payload.ts";
import type { Report } from "../../../functions/metrics/report.ts";
import type { PlainEvent } from "../../../functions/records/event.ts";
import type { Outcome } from "../../../functions/records/payload.ts";
import { type Config, ConfigError, parseConfig } from "../../../functions/settings/config.ts";
import { ENV } from "../../../functions/settings/environment.ts";
import { StoreError } from "../../../functions/undelivered/store.ts";
import { VERSION } from "../../../functions/version.ts";
import { UsageError } from "../../arguments.ts";
import { type StreamName, subscriptionEvent } from "../../cloudwatch.ts";
import type { CheckClock, Environment } from "./context.ts";

/** A log, and the forwarder that is to forward it. */
export interface LocalRun {
  readonly config: Config;
  readonly functionArn: string;
  readonly stream: StreamName;
  readonly event: PlainEvent;
}

export interface LocallyForwarded {
  /** As it stands in the request's body. */
  readonly entry: SentEntry;
  readonly outcome: Outcome;
  readonly report: Report;
}

/** Of one log: its attempts and their pauses. */
const SEND_MS = 60_000;

/** One log through the forwarder's own pipeline, from the event that CloudWatch Logs would deliver to the intake's answer. */
export async function forwardLocally(
  { config, functionArn, stream, event }: LocalRun,
  clock: CheckClock,
  { compress, deliver }: IntakeEdge = createIntake(config, VERSION, clock, BREAKER_POLICY),
): Promise<LocallyForwarded> {
  let entry: SentEntry | undefined;
  let outcome: Outcome | undefined;
  const name = functionArn.split(":")[6] ?? "";
  const { report } = await forward(
    subscriptionEvent(stream, [event]),
    { requestId: event.id, functionArn, deadlineMs: clock.monotonicMs() + SEND_MS, coldStart: false },
    {
      settings: { ...config, forwarderName: name, forwarderVersion: VERSION },
      reserves: reservesFor(MEMORY_MB),
      compress,
      async deliver(payload, call) {
        [entry] = entriesOf(payload.body) ?? [];
        const settled = await deliver(payload, call);
        outcome = settled[0]?.outcome;
        return settled;
      },
      store: {
        async write() {
          throw new StoreError("no store", "this is a person's machine.");
        },
      },
      clock,
    },
  );
  if (!entry || !outcome) throw new Error("The forwarder's code made no entry of the log.");
  return { entry, outcome, report };
}

const MEMORY_MB = 512;

/** The same without sending it: what the intake should get. */
export async function expectedEntry(run: LocalRun, clock: CheckClock): Promise<SentEntry> {
  const edge: IntakeEdge = {
    compress: createIntake(run.config, VERSION, clock, BREAKER_POLICY).compress,
    deliver: async (payload) => [{ payload, outcome: { status: "delivered" } }],
  };
  return (await forwardLocally(run, clock, edge)).entry;
}

/** The forwarder's settings from an environment, with a key that is there. @throws UsageError with every problem */
export function forwarderConfig(environment: Environment, apiKey: string): Config {
  const elsewhere = { [ENV.apiKeySecretArn]: undefined, [ENV.apiKeySsmName]: undefined };
  const config = parseConfig({ ...environment, ...elsewhere, [ENV.apiKey]: apiKey });
  if (config instanceof ConfigError) throw new UsageError(config.problems.join("\n"));
  return config;
}
