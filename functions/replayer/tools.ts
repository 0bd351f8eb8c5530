import type { Clock } from "../clock.ts";
import type { Call } from "../intake/send.ts";
import type { Compress } from "../records/payload.ts";
import type { RunIntake } from "./paced-intake.ts";
import type { Sizes } from "./sizes.ts";
import type { TimedStore } from "./timed-store.ts";

/** What one run handles objects with. */
export interface Tools {
  readonly store: TimedStore;
  readonly intake: RunIntake;
  readonly clock: Clock;
  readonly compress: Compress;
  readonly call: Call;
  readonly sizes: Sizes;
  /** Whether the intake has taken something in this run, or answers at least. */
  readonly isWell: () => boolean;
  /** Told of keys that are written under `undelivered/`. */
  readonly skip: (keys: readonly string[]) => void;
}
