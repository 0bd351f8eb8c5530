import type { ArrivalLine, Trouble } from "../../functions/recorder/arrival-lines.ts";
import type { Arrival } from "../../functions/recorder/record.ts";
import type { StoredEvent } from "./log-events.ts";

export interface ReadArrivals {
  /** In the order of time. */
  readonly arrivals: readonly Arrival[];
  /** Requests of which lines are missing or not whole: what they had is not known. */
  readonly broken: number;
  /** When the recorder did not keep up. */
  readonly troubles: readonly Trouble[];
}

/** The recorder's records in its log group. It numbers requests, and the lines of one with many entries. */
export function readArrivals(events: readonly StoredEvent[]): ReadArrivals {
  const lines = events.flatMap(({ stream, message }) => {
    const line = arrivalLine(message);
    return line ? [{ stream, line }] : [];
  });
  const troubles = events.flatMap(({ message }) => trouble(message) ?? []);
  const arrivals: Arrival[] = [];
  let broken = 0;
  // A stream is one recorder, which counts from 1; of what was before the run its first number tells nothing.
  for (const inStream of Map.groupBy(lines, ({ stream }) => stream).values()) {
    const requests = Map.groupBy(
      inStream.map(({ line }) => line),
      ({ number }) => number,
    );
    const whole = [...requests.values()].flatMap((parts) => joined(parts) ?? []);
    arrivals.push(...whole);
    const numbers = [...requests.keys()].toSorted((a, b) => a - b);
    broken += (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1 - whole.length;
  }
  return { arrivals: arrivals.toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs), broken, troubles };
}

/** Undefined if a part is missing. */
function joined(lines: readonly ArrivalLine[]): Arrival | undefined {
  const byPart = new Map(lines.map((line) => [line.part, line]));
  const [first] = lines;
  if (!first || byPart.size < first.parts) return undefined;
  const inOrder = [...byPart.values()].toSorted((a, b) => a.part - b.part);
  return { ...first.arrival, entries: inOrder.flatMap(({ arrival }) => arrival.entries) };
}

/** Undefined if the line is something else, or cut off. */
function arrivalLine(message: string): ArrivalLine | undefined {
  const line = lineOf<ArrivalLine>("arrival", message);
  const counts = [line?.number, line?.part, line?.parts];
  return Array.isArray(line?.arrival?.entries) && counts.every(Number.isInteger) ? (line as ArrivalLine) : undefined;
}

function trouble(message: string): Trouble | undefined {
  const { trouble } = lineOf<{ trouble: Trouble }>("trouble", message) ?? {};
  const { atMs, refused, p99Ms, maxMs } = trouble ?? {};
  return [atMs, refused, p99Ms, maxMs].every(Number.isFinite) ? trouble : undefined;
}

function lineOf<Line>(kind: string, message: string): Partial<Line> | undefined {
  if (!message.startsWith(`{"${kind}":{`)) return undefined;
  try {
    return JSON.parse(message) as Partial<Line>;
  } catch {
    return undefined;
  }
}
