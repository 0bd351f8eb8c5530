import { LRUCache } from "lru-cache";
import { type Clock, leftMs, nextMs, type Period } from "../../clock.ts";
import { codeOf } from "../../error-code.ts";
import type { Answer } from "./types.ts";

/** What the function's role needs for metadata. Without one of them its answers are missing, and nothing else. */
export const METADATA_RIGHTS = [
  "ecs:DescribeTasks",
  "ecs:DescribeTaskDefinition",
  "ecs:ListClusters",
  "logs:ListTagsForResource",
] as const;

export type MetadataRight = (typeof METADATA_RIGHTS)[number];

export interface Guard {
  /** Never rejects. `resource`: whom the call is about, since a role may allow it for some only. */
  readonly call: <V>(right: MetadataRight, resource: string, run: () => Promise<Answer<V>>) => Promise<Answer<V>>;
  /** What came up since it was last asked for; each missing right comes up once. */
  readonly takeFindings: () => { readonly missingRights: readonly string[]; readonly notes: readonly string[] };
}

/** Somebody may add the right while the sandbox lives. */
const DENIED_PAUSE_MS = 300_000;
/** Logs go on without it meanwhile: a service that throttles or is down is not to be asked with every delivery. */
const FAILED_PAUSE_MS = 5_000;

/**
 * The first time that a service says that it is asked too often, and twice as long each time after, up to the above: three
 * pauses fit into what a log waits for its tags.
 */
const THROTTLED_PAUSE_MS = 25;

const THROTTLED = new Set([
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "Throttling",
  "ThrottledException",
  "ThrottlingException",
  "TooManyRequestsException",
]);
const DENIED = new Set(["AccessDeniedException", "AccessDenied", "UnauthorizedOperation"]);
/** DescribeTaskDefinition says ClientException of one that is not there. */
const ABSENT = new Set(["ClusterNotFoundException", "ResourceNotFoundException", "ClientException"]);

interface Pause {
  readonly period: Period;
  readonly throttled: boolean;
}

/** Makes of every error a value, leaves alone for a while what failed, and remembers what to tell. */
export function createGuard(clock: Clock): Guard {
  const pauses = new LRUCache<string, Pause>({ max: 1_000 });
  /** How often a right was throttled in a row. */
  const throttles = new Map<MetadataRight, number>();
  const named = new Set<string>();
  let missingRights: string[] = [];
  let notes: string[] = [];
  const pauseOf = (what: string) => {
    const pause = pauses.get(what);
    return pause && leftMs(clock, pause.period) > 0 ? pause : undefined;
  };
  const pause = (what: string, ms: number, throttled = false): Pause => {
    const begun = { period: nextMs(clock, ms), throttled };
    pauses.set(what, begun);
    return begun;
  };
  const failed = ({ period, throttled }: Pause): { readonly status: "failed"; readonly againMs?: number } =>
    throttled ? { status: "failed", againMs: Math.max(0, leftMs(clock, period)) } : { status: "failed" };

  const learnFrom = (error: unknown, right: MetadataRight, resource: string): Pause => {
    const code = codeOf(error);
    if (DENIED.has(code)) {
      if (!named.has(right)) missingRights.push(right);
      named.add(right);
      return pause(`${right} ${resource}`, DENIED_PAUSE_MS);
    }
    notes.push(`${right} ${code}`);
    const spread = 0.8 + 0.4 * clock.random();
    if (!THROTTLED.has(code)) return pause(right, FAILED_PAUSE_MS * spread);
    // Calls that were under way together are throttled together.
    const running = pauseOf(right);
    if (running) return running;
    const before = throttles.get(right) ?? 0;
    throttles.set(right, before + 1);
    return pause(right, Math.min(THROTTLED_PAUSE_MS * 2 ** before, FAILED_PAUSE_MS) * spread, true);
  };
  return {
    call: async (right, resource, run) => {
      const running = pauseOf(right) ?? pauseOf(`${right} ${resource}`);
      if (running) return failed(running);
      try {
        const answer = await run();
        throttles.delete(right);
        return answer;
      } catch (error) {
        if (error instanceof Error && ABSENT.has(error.name)) return { status: "missing" };
        return failed(learnFrom(error, right, resource));
      }
    },
    takeFindings: () => {
      const found = { missingRights, notes };
      missingRights = [];
      notes = [];
      return found;
    },
  };
}
