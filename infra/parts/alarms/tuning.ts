import { Duration, Token } from "aws-cdk-lib";
import { ALARM_IDS, type AlarmId } from "./watches.ts";

/** What of a forwarder's alarms may be otherwise than it is by default. */
export interface AlarmTuning {
  /**
   * Where the person on call can read `docs/operations.md`, without the `#`: an alarm adds `#<its id>`.
   * @default the description names the file in the npm package, and its section
   */
  readonly runbookUrl?: string;
  /** How long undelivered logs may keep coming before it is an alarm. @default 15 minutes */
  readonly undeliveredFor?: Duration;
  /** How long a log may be stored before it is an alarm. @default 1 hour */
  readonly oldestStored?: Duration;
  /** Age of the newest event of a delivery when it is through. @default 10 minutes */
  readonly lag?: Duration;
  /** How long a delivery may wait in Lambda's queue: failed ones wait a minute or two. @default 30 minutes */
  readonly queueAge?: Duration;
  /**
   * It is an alarm if the forwarder receives nothing for so long: 10 minutes to 2 days. Take at least twice the longest
   * pause that the log groups have together, at night and on Sundays, too.
   * @default never: nobody but you knows when no logs are a fault
   */
  readonly silenceAfter?: Duration;
  /** Alarms to leave out. */
  readonly without?: readonly AlarmId[];
  /** How many periods, mostly of five minutes, must be bad until an alarm goes off: more is calmer. */
  readonly periods?: Readonly<Partial<Record<AlarmId, number>>>;
}

/** The longest that CloudWatch lets a new alarm wait for its first data, and so the longest silence. */
export const MAX_WARM_UP = Duration.days(2);

/** Of an alarm with periods of less than an hour. */
const MAX_LOOK_BACK = Duration.days(1);

const MIN_SILENCE = Duration.minutes(10);

/** Queries see three hours, which is 36 periods of five minutes. */
const MAX_PERIODS = 36;

/** Everything that CloudWatch, or whoever reads an alarm, could not make use of. */
export function tuningProblems(tuning: AlarmTuning): string[] {
  const { runbookUrl, undeliveredFor, silenceAfter, without = [], periods = {} } = tuning;
  const problems: string[] = [];
  if (runbookUrl !== undefined && !Token.isUnresolved(runbookUrl) && !/^https?:\/\/[^\s#]+$/.test(runbookUrl)) {
    problems.push(
      `runbookUrl must be a full URL without a #, such as https://wiki.example/runbook; it is ${runbookUrl}.`,
    );
  }
  if (undeliveredFor && undeliveredFor.toSeconds() > MAX_LOOK_BACK.toSeconds()) {
    problems.push(`undeliveredFor must be at most 1 day; it is ${undeliveredFor.toHumanString()}.`);
  }
  const silenceS = silenceAfter?.toSeconds();
  if (silenceS !== undefined && (silenceS < MIN_SILENCE.toSeconds() || silenceS > MAX_WARM_UP.toSeconds())) {
    problems.push(`silenceAfter must be from 10 minutes to 2 days; it is ${silenceAfter?.toHumanString()}.`);
  }
  for (const id of [...without, ...Object.keys(periods)]) {
    if (!(ALARM_IDS as readonly string[]).includes(id)) {
      problems.push(`There is no alarm "${id}". There are: ${ALARM_IDS.join(", ")}.`);
    }
  }
  for (const [id, count] of Object.entries(periods)) {
    if (!Number.isInteger(count) || count < 1 || count > MAX_PERIODS) {
      problems.push(`periods of ${id} must be a whole number from 1 to ${MAX_PERIODS}; it is ${count}.`);
    }
  }
  return problems;
}
