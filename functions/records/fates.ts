interface FateRow {
  /** Name of its CloudWatch metric. */
  readonly metric: string;
  /** In sentences and on the dashboard: "5 joined to another". */
  readonly title: string;
  /** Whether it counts log events, and so is a term of the sum. Otherwise it counts deliveries. */
  readonly isTerm: boolean;
}

/**
 * What can become of a log event. The one list: the sum of the promise, the metrics, the dashboard and what `npm
 * start` prints are made from it.
 *
 *     received = the sum of all terms
 */
export const FATES = {
  /** The intake answered 2xx. */
  delivered: { metric: "Delivered", title: "delivered", isTerm: true },
  /** Dropped by a rule. */
  filtered: { metric: "Filtered", title: "filtered", isTerm: true },
  /** Dropped by a sampling rule. */
  sampledOut: { metric: "SampledOut", title: "sampled out", isTerm: true },
  /** Lines that a rule joined to another, with which they share its fate. */
  joinedAway: { metric: "JoinedAway", title: "joined to another", isTerm: true },
  /** In the store, will be replayed. */
  undelivered: { metric: "Undelivered", title: "undelivered", isTerm: true },
  /** In the store, the intake will not take it: needs a person. */
  rejected: { metric: "Rejected", title: "rejected", isTerm: true },
  /** Neither delivered nor stored: handed back to the caller, who tries again. */
  returned: { metric: "Returned", title: "returned", isTerm: true },
  /** Deliveries that could not be read, stored whole: how many events are in one, nobody can tell. */
  unreadable: { metric: "Unreadable", title: "unreadable", isTerm: false },
} as const satisfies Record<string, FateRow>;

export type Fate = keyof typeof FATES;

export const FATE_NAMES = Object.keys(FATES) as readonly Fate[];

/** The terms of the sum. */
export type Term = { [F in Fate]: (typeof FATES)[F]["isTerm"] extends true ? F : never }[Fate];

export const TERMS = FATE_NAMES.filter((fate): fate is Term => FATES[fate].isTerm);

/** How many events met each fate; `unreadable`: how many deliveries. */
export type FateCounts = { readonly [F in Fate]: number };

/** Zero if every event is accounted for. */
export const accountingGap = (counts: { readonly received: number } & { readonly [T in Term]: number }): number =>
  TERMS.reduce((left, term) => left - counts[term], counts.received);
