import type { Clock } from "../../../functions/clock.ts";
import type { DatadogAccess } from "../access.ts";
import type { DatadogApi } from "../api-client.ts";
import type { ApiClock, ApiPolicy } from "../transport.ts";
import type { Compared } from "./compare-log.ts";
import type { Hops } from "./hops.ts";
import type { CheckOptions } from "./options.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Both what the forwarder's code and what the API's client want of a clock. */
export type CheckClock = ApiClock & Clock;

/** What a test puts in the place of the world. */
export interface CheckEdges {
  readonly environment?: Environment;
  readonly clock?: CheckClock;
  readonly policy?: Partial<ApiPolicy>;
  /** Where a site's API is. */
  readonly apiUrlOf?: (site: string) => string;
}

/** What a check has to show besides its hops. */
export interface Seen {
  /** After it was sent, or put. */
  readonly searchableMs?: readonly [notBefore: number, after: number];
  readonly compared?: readonly Compared[];
}

/** What all parts of a check share. */
export interface CheckContext {
  readonly options: CheckOptions;
  readonly environment: Environment;
  readonly access: DatadogAccess;
  readonly api: DatadogApi;
  readonly hops: Hops;
  readonly clock: CheckClock;
  readonly policy: Partial<ApiPolicy>;
  readonly apiUrlOf: (site: string) => string;
  readonly signal: AbortSignal;
  /** How far Datadog's clock is ahead of this one, from its last answer; undefined before the first. */
  readonly aheadMs: () => number | undefined;
  /** In the text of the log, and in no other. */
  readonly mark: string;
}
