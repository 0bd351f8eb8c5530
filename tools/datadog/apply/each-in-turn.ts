import { DatadogApiError } from "../api-error.ts";

export interface Outcome<Step> {
  readonly step: Step;
  readonly result: "done" | "failed" | "not tried";
  readonly why?: string;
  /** Fields in which Datadog has another value than was sent: the next plan will find them again. */
  readonly notTaken?: readonly string[];
}

export type Tell<Step> = (outcome: Outcome<Step>) => void;

/** What Datadog's refusal does not say by itself. */
type Hints<Step> = (step: Step, error: DatadogApiError) => readonly string[];

/** What a step did; undefined: all of it. */
export type Done = Pick<Outcome<never>, "result" | "why" | "notTaken"> | undefined;

/**
 * Each step in turn. One that Datadog refuses stops no other; if Datadog does not answer, the rest is not tried. Whatever was
 * done stays, and the next run finds it.
 * @throws the reason of a signal that aborted it
 */
export async function eachInTurn<Step>(
  steps: readonly Step[],
  carryOut: (step: Step) => Promise<Done>,
  tell: Tell<Step>,
  hints: Hints<Step> = () => [],
): Promise<readonly Outcome<Step>[]> {
  const outcomes: Outcome<Step>[] = [];
  let isDown = false;
  const missing = new Set<string>();
  for (const step of steps) {
    const outcome: Outcome<Step> = isDown ? { step, result: "not tried" } : await tried(step, carryOut, hints, missing);
    isDown ||= outcome.result === "failed" && !("refused" in outcome);
    const { result, why, notTaken } = outcome;
    const told = { step, result, ...(why !== undefined && { why }), ...(notTaken && { notTaken }) };
    outcomes.push(told);
    tell(told);
  }
  return outcomes;
}

async function tried<Step>(
  step: Step,
  carryOut: (step: Step) => Promise<Done>,
  hints: Hints<Step>,
  missing: Set<string>,
): Promise<Outcome<Step> & { readonly refused?: true }> {
  try {
    return { step, result: "done", ...(await carryOut(step)) };
  } catch (error) {
    if (!(error instanceof DatadogApiError)) throw error;
    const isRefused = ["forbidden", "invalid", "notFound"].includes(error.kind);
    const { scope } = error;
    const isKnown = error.kind === "forbidden" && scope !== undefined && missing.has(scope);
    if (error.kind === "forbidden" && scope !== undefined) missing.add(scope);
    const message = isKnown ? `It needs the scope ${scope}, too.` : error.message;
    const why = [message, ...(isRefused ? hints(step, error) : [])].join(" ");
    return { step, result: "failed", why, ...(isRefused && { refused: true }) };
  }
}
