import type { Model } from "../modelled.ts";
import { awslogsDriver, type Call, type Sized } from "./awslogs-driver.ts";

export interface DriverLine extends Sized {
  readonly seq: number;
  readonly text: string;
  /** When the driver read it, Unix time in ms: the log event's time. */
  readonly readAtMs: number;
}

export interface RunningDriver {
  /** Never waits. @returns false if the line was dropped */
  readonly write: (line: DriverLine) => boolean;
  /** Sends all that it has, as when the container ends. */
  readonly close: () => void;
  /** Ends without sending anything, as when the host dies. */
  readonly abandon: () => void;
}

/** The model of the awslogs driver in real time. */
export function runDriver(model: Model, firstTickMs: number, put: (call: Call<DriverLine>) => void): RunningDriver {
  const driver = awslogsDriver<DriverLine>(model, Date.now() + firstTickMs, put);
  let timer: NodeJS.Timeout | undefined;
  let wakesAtMs = Number.POSITIVE_INFINITY;
  let ended = false;
  const wakeInTime = () => {
    const nextMs = driver.nextMs();
    if (ended || nextMs >= wakesAtMs) return;
    clearTimeout(timer);
    wakesAtMs = nextMs;
    const wake = () => {
      wakesAtMs = Number.POSITIVE_INFINITY;
      driver.advance(Date.now());
      wakeInTime();
    };
    timer = setTimeout(wake, Math.max(0, nextMs - Date.now()));
  };
  const end = () => {
    ended = true;
    clearTimeout(timer);
  };
  wakeInTime();
  return {
    write: (line) => {
      const isTaken = driver.write(line, Date.now());
      wakeInTime();
      return isTaken;
    },
    close: () => {
      if (!ended) driver.close(Date.now());
      end();
    },
    abandon: end,
  };
}
