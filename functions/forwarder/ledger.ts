import type { Clock } from "../clock.ts";
import { countTraffic } from "../intake/traffic.ts";
import type { Report } from "../metrics/report.ts";
import type { Invocation } from "../records/invocation.ts";

export type Account = ReturnType<typeof openAccount>;

/** Collects what one invocation has to tell: times of the stages, requests, notes. */
export function openAccount({ coldStart }: Invocation, clock: Clock) {
  const durationsMs = { decode: 0, metadata: 0, enrich: 0, send: 0, store: 0 };
  let counted: Partial<Report> = {};
  const { traffic, ...call } = countTraffic();
  let lapStart = clock.now();
  return {
    call,
    lap(stage: keyof typeof durationsMs) {
      const now = clock.now();
      durationsMs[stage] = now - lapStart;
      lapStart = now;
    },
    count(more: Partial<Report>) {
      counted = { ...counted, ...more };
    },
    close: (more: Partial<Report>): Report => ({
      ...NOTHING,
      ...counted,
      ...more,
      ...traffic(),
      durationsMs,
      coldStart,
    }),
  };
}

const NOTHING = {
  received: 0,
  delivered: 0,
  filtered: 0,
  sampledOut: 0,
  undelivered: 0,
  rejected: 0,
  returned: 0,
  controlMessages: 0,
  unreadable: 0,
  truncated: 0,
  redated: 0,
  joinedAway: 0,
  redacted: 0,
  metadataPartial: 0,
  bytesIn: 0,
  rawBytesIn: 0,
  reasons: {},
};
