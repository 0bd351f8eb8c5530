import type { Arrival } from "../../functions/recorder/record.ts";
import type { StoredEvent } from "./log-events.ts";

export interface ReadArrivals {
  /** In the order of time. */
  readonly arrivals: readonly Arrival[];
  /** Records that are cut off or not whole: what they had is not known. */
  readonly broken: number;
}

const RECORD = '{"arrival":';

/**
 * The recorder's records in its log group. Lambda cuts a line that is longer than a log event may be: the pieces follow
 * each other in their stream.
 */
export function readArrivals(events: readonly StoredEvent[]): ReadArrivals {
  const streams = Map.groupBy(events, ({ stream }) => stream);
  const arrivals: Arrival[] = [];
  let broken = 0;
  for (const inStream of streams.values()) {
    let begun: string | undefined;
    const drop = () => {
      if (begun !== undefined) broken += 1;
      begun = undefined;
    };
    for (const { message } of inStream) {
      if (message.startsWith(RECORD)) drop();
      // Lines of Lambda itself come between records, never within one.
      else if (begun === undefined || OF_LAMBDA.test(message)) {
        drop();
        continue;
      }
      begun = (begun ?? "") + message.replace(/\n$/, "");
      const record = parsed(begun);
      if (!record) continue;
      arrivals.push(record);
      begun = undefined;
    }
    drop();
  }
  return { arrivals: arrivals.toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs), broken };
}

const OF_LAMBDA = /^(START|END|REPORT) RequestId: |^INIT_|^\{"time":"[^"]*","type":"platform\./;

function parsed(text: string): Arrival | undefined {
  if (!text.endsWith("}")) return undefined;
  try {
    const { arrival } = JSON.parse(text) as { arrival?: Arrival };
    return Array.isArray(arrival?.entries) ? arrival : undefined;
  } catch {
    return undefined;
  }
}
