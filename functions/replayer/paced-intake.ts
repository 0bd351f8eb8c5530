import type { Clock } from "../clock.ts";
import { openIntake, withSplit } from "../intake/deliver.ts";
import type { Call, Deliver, Send } from "../intake/send.ts";
import type { Compress, Outcome } from "../records/payload.ts";
import type { Config } from "../settings/config.ts";
import { openPace, PACE, type Retryable, withPace } from "./pace.ts";

/** The intake as one run uses it. */
export interface RunIntake {
  /** A payload to its end, on its own. */
  readonly deliver: Deliver;
  /** Payloads of several objects as one. What is not taken is to be sent one by one: one of them may be bad. */
  readonly deliverJoined: Send<Outcome | { readonly status: "tooLarge"; readonly reason: string }>;
  /** Why nothing is sent any more in this run, if so. */
  readonly ended: () => Retryable | undefined;
  /** The intake was asked, and is there, though it does not take what was sent. */
  readonly hasAnswered: () => boolean;
}

export interface PacedIntake {
  readonly compress: Compress;
  readonly forOneRun: () => RunIntake;
}

const ATTEMPTS = 6;
/** One may be an accident; after the second it is taken apart. */
const ATTEMPTS_JOINED = 2;

/** As many requests at once as four forwarders may have: many enough, and few beside those that deliver new logs. */
const FORWARDERS = 4;

/** Put together once per sandbox. @param version of this replayer. */
export function pacedIntake(config: Config, version: string, clock: Clock): PacedIntake {
  const maxAtOnce = FORWARDERS * config.maxConcurrentRequests;
  const { compress, withGzipToo, attempt } = openIntake(
    { ...config, maxConcurrentRequests: maxAtOnce },
    version,
    clock,
  );
  return {
    compress,
    forOneRun: () => {
      const isThere = async (call: Call) => (await attempt(nothing(compress), call)).status === "delivered";
      const pace = openPace({ ...PACE, maxAtOnce }, isThere, clock);
      return {
        deliver: withSplit(withGzipToo(withPace(attempt, pace, ATTEMPTS)), compress),
        deliverJoined: withGzipToo(withPace(attempt, pace, ATTEMPTS_JOINED)),
        ended: pace.ended,
        hasAnswered: pace.hasAnswered,
      };
    },
  };
}

/**
 * An object without fields, with which Datadog's own agent checks whether the intake can be reached: no log comes of it.
 * https://github.com/DataDog/datadog-agent/blob/00565c059602ced26a6270adabb24698de53ae9b/pkg/logs/client/http/destination.go
 */
function nothing(compress: Compress) {
  const json = Buffer.from("{}");
  return { ...compress(json), entryCount: 0, rawBytes: json.length, firstEventMs: 0, lastEventMs: 0 };
}
