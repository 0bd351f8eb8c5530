import type { Clock } from "../../functions/clock.ts";
import { keeperIn } from "../../functions/replayer/memory.ts";
import { pacedIntake } from "../../functions/replayer/paced-intake.ts";
import type { Replayer } from "../../functions/replayer/replay.ts";
import type { ReplayReport } from "../../functions/replayer/report.ts";
import { sizesFor } from "../../functions/replayer/sizes.ts";
import { type ReplayStore, s3Store } from "../../functions/undelivered/store.ts";
import { configOf, quickClock } from "./forwarder.ts";

export interface ReplayerParts extends Partial<Pick<Replayer, "invoke" | "sizes">> {
  readonly clock?: Clock;
  readonly store?: ReplayStore;
  /** Gets the lines that the run tells. */
  readonly told?: ReplayReport[];
}

/** The parts put together as the handler does, in a sandbox of its own. */
export function replayerOf(
  environment: Readonly<Record<string, string>>,
  { clock = quickClock, told, ...parts }: ReplayerParts = {},
): Replayer {
  const config = configOf(environment);
  const store = parts.store ?? s3Store(config.bucket, config.s3PathStyle);
  return {
    sizes: sizesFor(512),
    ...parts,
    store,
    keeper: keeperIn(store),
    intake: pacedIntake(config, "0.0.0", clock),
    clock,
    tell: (part) => told?.push(part),
  };
}
