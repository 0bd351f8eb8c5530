import { LRUCache } from "lru-cache";
import { type Clock, isOver, nextMs, type Period } from "../../clock.ts";
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

const DENIED = new Set(["AccessDeniedException", "AccessDenied", "UnauthorizedOperation"]);
/** DescribeTaskDefinition says ClientException of one that is not there. */
const ABSENT = new Set(["ClusterNotFoundException", "ResourceNotFoundException", "ClientException"]);

/** Makes of every error a value, leaves alone for a while what failed, and remembers what to tell. */
export function createGuard(clock: Clock): Guard {
  const pauses = new LRUCache<string, Period>({ max: 1_000 });
  const named = new Set<string>();
  let missingRights: string[] = [];
  let notes: string[] = [];
  const isPaused = (what: string) => {
    const pause = pauses.get(what);
    return pause !== undefined && !isOver(clock, pause);
  };

  const learnFrom = (error: unknown, right: MetadataRight, resource: string) => {
    const code = codeOf(error);
    if (DENIED.has(code)) {
      pauses.set(`${right} ${resource}`, nextMs(clock, DENIED_PAUSE_MS));
      if (!named.has(right)) missingRights.push(right);
      named.add(right);
      return;
    }
    notes.push(`${right} ${code}`);
    pauses.set(right, nextMs(clock, FAILED_PAUSE_MS * (0.8 + 0.4 * clock.random())));
  };
  return {
    call: async (right, resource, run) => {
      if (isPaused(right) || isPaused(`${right} ${resource}`)) return { status: "failed" };
      try {
        return await run();
      } catch (error) {
        if (error instanceof Error && ABSENT.has(error.name)) return { status: "missing" };
        learnFrom(error, right, resource);
        return { status: "failed" };
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
