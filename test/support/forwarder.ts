import { setTimeout } from "node:timers/promises";
import type { Clock } from "../../functions/clock.ts";
import type { Parts } from "../../functions/forwarder/forward.ts";
import { reservesFor } from "../../functions/forwarder/reserves.ts";
import { BREAKER_POLICY } from "../../functions/intake/breaker.ts";
import { createIntake } from "../../functions/intake/deliver.ts";
import { createRecorder, type Recorder, type RecorderSettings } from "../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../functions/recorder/server.ts";
import { type Config, ConfigError, parseConfig } from "../../functions/settings/config.ts";
import { s3Store } from "../../functions/undelivered/store.ts";

export const API_KEY = "the-right-key";

export interface Intake {
  readonly recorder: Recorder;
  readonly server: RecorderServer;
  /** The settings that make a forwarder send here. */
  readonly environment: Readonly<Record<string, string>>;
}

export async function startIntake(settings: RecorderSettings = {}): Promise<Intake> {
  const recorder = createRecorder({ apiKey: API_KEY, ...settings });
  const server = await serveRecorder(recorder, 0);
  const environment = {
    DD_API_KEY: API_KEY,
    DD_URL: server.host,
    DD_PORT: String(server.port),
    DD_NO_SSL: "true",
  };
  return { recorder, server, environment };
}

/** Waits are a hundredth as long, so that the retries of a whole outage take a moment. */
export const quickClock: Clock = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  sleep: (ms) => setTimeout(ms / 100),
  random: Math.random,
};

export function configOf(environment: Readonly<Record<string, string>>): Config {
  const config = parseConfig(environment);
  if (config instanceof ConfigError) throw config;
  return config;
}

/** The parts put together as the handler does, with the clock given. */
export function forwarderOf(environment: Readonly<Record<string, string>>, clock: Clock = quickClock): Parts {
  const config = configOf(environment);
  return {
    settings: { ...config, forwarderName: "forwarder", forwarderVersion: "0.0.0" },
    ...createIntake(config, "0.0.0", clock, BREAKER_POLICY),
    store: s3Store(config.bucket, config.s3PathStyle),
    reserves: reservesFor(512),
    clock,
  };
}
