import type { CheckContext } from "../context.ts";

/** How to take back what was made. */
export interface Step {
  /** As a person would say it: "the log group /a". */
  readonly what: string;
  readonly undo: () => Promise<unknown>;
  /** What a person would run instead. */
  readonly command: string;
}

/** What was made for a check, to be taken back in turn, the newest first. */
export function openUndo() {
  const steps: Step[] = [];
  return {
    /** Called before it is made: an answer may get lost, and what is not there is taken back in vain. */
    add: (step: Step) => void steps.push(step),
    /** Whatever happened. Each is tried, and what is left is told. */
    async run({ hops }: Pick<CheckContext, "hops">): Promise<void> {
      if (steps.length === 0) return;
      const left: Step[] = [];
      for (const step of steps.toReversed()) {
        try {
          await step.undo();
        } catch (error) {
          if ((error as Error).name !== "ResourceNotFoundException") left.push(step);
        }
      }
      if (left.length === 0) hops.add("cleanup", "ok", steps.map(({ what }) => what).join(", "));
      else {
        const commands = left.map(({ command }) => `aws ${command}`);
        hops.add("cleanup", "failed", `left behind: ${left.map(({ what }) => what).join(", ")}`, ...commands);
      }
    },
  };
}

export type Undo = ReturnType<typeof openUndo>;
