import type { Clock } from "../clock.ts";
import type { Calls } from "./calls.ts";
import { type LogsApi, REQUEST_TIMEOUT_MS } from "./logs-api.ts";

/**
 * While a stack is deleted, a run that began before may still be under way, and what it puts then would stay. So whoever removes the
 * filters marks the subscriber's own log group first, and a run asks for that before each filter that it puts.
 */
export interface StopSign {
  readonly isUp: (calls: Calls) => Promise<boolean>;
  /** Resolves when no filter can be put any more by a run that did not see it. */
  readonly putUp: (calls: Calls) => Promise<void>;
  readonly takeDown: (calls: Calls) => Promise<void>;
}

const TAG = "sidecarless:stopped";

/** @param logGroupArn of the function's own log group, without `:*` */
export function stopSign(api: LogsApi, logGroupArn: string, clock: Clock): StopSign {
  return {
    isUp: async (calls) => {
      const tags = await calls.read(() => api.tagsOf(logGroupArn));
      // Unknown: the role lacks the right, or somebody deleted the log group. Subscribing goes on.
      return "value" in tags && Object.hasOwn(tags.value, TAG);
    },
    putUp: async (calls) => {
      await calls.write(() => api.tag(logGroupArn, { [TAG]: new Date(clock.now()).toISOString() }));
      // A run asks, and then puts: that call ends within its time.
      await clock.sleep(2 * REQUEST_TIMEOUT_MS);
    },
    takeDown: async (calls) => {
      await calls.write(() => api.untag(logGroupArn, [TAG]));
    },
  };
}

/** Of a function's own log group, by the function's ARN. */
export function ownLogGroupArn(functionArn: string, logGroup: string): string {
  const [, partition = "aws", , region = "", account = ""] = functionArn.split(":");
  return `arn:${partition}:logs:${region}:${account}:log-group:${logGroup}`;
}
