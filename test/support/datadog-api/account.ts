/** What the stand-in knows of its account, and how it is to behave. Tests change it as they go. */
export interface Account {
  apiKey: string;
  /** Undefined: there is none that is right. */
  appKey: string | undefined;
  /** Scopes of the application key; undefined: it is not scoped, and may do all. */
  scopes: readonly string[] | undefined;
  /** Answers instead of the right ones, request by request, once each; null: the right one. */
  readonly instead: (Fault | null)[];
  /** Every request meets it, the ones in `instead` first. */
  outage: Fault | undefined;
  /** By path of a route, such as `/api/v2/logs/events/search`. */
  readonly limits: Map<string, Limit>;
  /** How far the server's clock is ahead of this one's. */
  clockAheadMs: number;
  /** Lists are given so many at a time, at most, whatever the request asks for. */
  pageSize: number;
  /** How many searches do not find a log yet that was taken before them. */
  searchesUntilFound: number;
  now: () => number;
}

/** `silent`: takes the request and never answers. `lostAnswer`: does what was asked, and closes the connection. */
export type Fault =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly errors?: readonly string[];
    }
  | "silent"
  | "reset"
  | "lostAnswer";

/** So many requests until `resetAtMs`; then as many again, for another period. */
export interface Limit {
  readonly limit: number;
  readonly periodSeconds: number;
  left: number;
  resetAtMs: number;
}

export const KEYS = { apiKey: "0123456789abcdef0123456789abcdef", appKey: "0123456789abcdef0123456789abcdef01234567" };

export function newAccount(): Account {
  return {
    ...KEYS,
    scopes: undefined,
    instead: [],
    outage: undefined,
    limits: new Map(),
    clockAheadMs: 0,
    pageSize: 1_000,
    searchesUntilFound: 0,
    now: Date.now,
  };
}

/** Limits a route from now on. */
export function limitRoute(account: Account, path: string, limit: number, periodSeconds: number): void {
  account.limits.set(path, { limit, periodSeconds, left: limit, resetAtMs: account.now() + periodSeconds * 1_000 });
}
