import {
  type FunctionSettings,
  type Invoked,
  type LocalFunction,
  localFunction,
} from "../../tools/lambda/lambda-process.ts";

export interface PooledInvocation {
  /** From when on the handler ran, and when it had ended, Unix time in ms. */
  readonly startMs: number;
  readonly endMs: number;
  readonly invoked: Invoked;
}

export interface FunctionPool {
  /** In a sandbox that is free, or in a new one: as many run at once as are asked for, as in Lambda. */
  readonly invoke: (event: unknown) => Promise<PooledInvocation>;
  /** Ends every sandbox in which the handler runs now, or else the next one in which it does. */
  readonly killRunning: () => Promise<void>;
  readonly sandboxes: () => number;
  readonly close: () => Promise<void>;
}

/** So long after its start is an invocation killed that had not begun yet: it is in the middle of its work then. */
const MID_WORK_MS = 3;

/** Lambda's way with one function: a sandbox runs one invocation at a time; the one that ended last is used first. */
export function openFunctionPool(settings: FunctionSettings): FunctionPool {
  const all = new Set<LocalFunction>();
  const idle: LocalFunction[] = [];
  const running = new Set<LocalFunction>();
  let killNext = false;

  const start = (): LocalFunction => {
    const sandbox = localFunction(settings);
    all.add(sandbox);
    return sandbox;
  };
  return {
    invoke: async (event) => {
      const sandbox = idle.pop() ?? start();
      running.add(sandbox);
      const askedMs = Date.now();
      const answer = sandbox.invoke(event);
      if (killNext) {
        killNext = false;
        setTimeout(() => sandbox.kill(), MID_WORK_MS);
      }
      const invoked = await answer;
      running.delete(sandbox);
      idle.push(sandbox);
      return { startMs: askedMs + Math.round(invoked.initMs ?? 0), endMs: Date.now(), invoked };
    },
    killRunning: async () => {
      if (running.size === 0) killNext = true;
      await Promise.all([...running].map((sandbox) => sandbox.kill()));
    },
    sandboxes: () => all.size,
    close: async () => {
      await Promise.all([...all].map((sandbox) => sandbox.kill()));
    },
  };
}
