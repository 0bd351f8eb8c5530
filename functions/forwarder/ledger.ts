import type { Clock } from "../clock.ts";
import { countTraffic } from "../intake/traffic.ts";
import type { Report } from "../metrics/report.ts";
import { FATE_NAMES, type FateCounts } from "../records/fates.ts";
import type { Invocation } from "../records/invocation.ts";
import { openRuleBudget, RULES_MS } from "./stages/rules/budget.ts";

export type Ledger = ReturnType<typeof openLedger>;

/** What of a report is a number that is added up. */
type Counted = { [K in keyof Report]: Report[K] extends number ? K : never }[keyof Report];
type Count = Exclude<Counted, "requests" | "bytesOut" | undefined>;

/** Collects what one invocation has to tell: what became of its events, times of the stages, requests, notes. */
export function openLedger({ coldStart, deadlineMs }: Invocation, slowness: number, clock: Clock) {
  const counts: Record<Count, number> = { ...NOTHING };
  const durationsMs = { decode: 0, metadata: 0, enrich: 0, send: 0, store: 0 };
  const reasons: Record<string, number> = {};
  const rules = new Set<string>();
  const redactedBy: Record<string, number> = {};
  const { traffic, ...call } = countTraffic();
  let newest = Number.NEGATIVE_INFINITY;
  let oldest = Number.POSITIVE_INFINITY;
  let lapStart = clock.monotonicMs();
  return {
    call,
    /** Of all deliveries together, and at most a quarter of the time there is: sending needs the rest. */
    ruleBudget: openRuleBudget({
      totalMs: Math.min(RULES_MS, (deadlineMs - clock.monotonicMs()) / 4),
      slowness,
      monotonicMs: clock.monotonicMs,
      outOfTime: () => call.note("rules out of time"),
    }),
    lap(stage: keyof typeof durationsMs) {
      const now = clock.monotonicMs();
      durationsMs[stage] += now - lapStart;
      lapStart = now;
    },
    add(what: Count, events: number) {
      counts[what] += events;
    },
    addReason(reason: string, events: number) {
      reasons[reason] = (reasons[reason] ?? 0) + events;
    },
    addRule(name: string) {
      rules.add(name);
    },
    /** A part that was redacted. */
    addCut(by: string) {
      redactedBy[by] = (redactedBy[by] ?? 0) + 1;
    },
    /** The time of an event that goes on. */
    addTime(timestamp: number) {
      if (timestamp > newest) newest = timestamp;
      if (timestamp < oldest) oldest = timestamp;
    },
    close(): Report {
      const now = clock.now();
      return {
        ...counts,
        ...(newest >= oldest && { lagNewestMs: now - newest, lagOldestMs: now - oldest }),
        ...(rules.size > 0 && { rule: [...rules].join(", ") }),
        ...(Object.keys(redactedBy).length > 0 && { redactedBy }),
        ...traffic(),
        durationsMs,
        coldStart,
        reasons,
      };
    },
  };
}

const NO_FATES = Object.fromEntries(FATE_NAMES.map((fate) => [fate, 0])) as Record<keyof FateCounts, number>;

const NOTHING = {
  received: 0,
  ...NO_FATES,
  controlMessages: 0,
  truncated: 0,
  redated: 0,
  redacted: 0,
  metadataPartial: 0,
  bytesIn: 0,
  rawBytesIn: 0,
};
