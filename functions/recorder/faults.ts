import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";

/** What the recorder does to a request instead of answering it as the intake would. */
export type Fault =
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string }
  /** Answers as usual, but late. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Resets the connection while the request is on its way. Nothing is taken. */
  | { readonly kind: "reset" }
  /** Takes the entries, then resets the connection: the sender can't know. */
  | { readonly kind: "lostAnswer" }
  /** Reads the request, takes nothing, never answers, and keeps the connection open. */
  | { readonly kind: "hang" };

/** Which requests meet a fault. */
export type FaultPlan =
  | { readonly always: Fault }
  /** One for each request in turn, `null` for none; after the last one all is well. */
  | { readonly sequence: readonly (Fault | null)[] }
  /** Each request with this probability; the same seed gives the same requests. */
  | { readonly probability: number; readonly fault: Fault; readonly seed: number };

/** The fault of the next request, request by request. */
export function faultSource(plan: FaultPlan | undefined): () => Fault | undefined {
  if (!plan) return () => undefined;
  if ("always" in plan) return () => plan.always;
  if ("sequence" in plan) {
    const left = [...plan.sequence];
    return () => left.shift() ?? undefined;
  }
  const random = mersenne(plan.seed);
  return () => (uniformFloat64(random) < plan.probability ? plan.fault : undefined);
}

/** A plan from JSON, or what is wrong with it. */
export function parseFaultPlan(value: unknown): FaultPlan | string {
  const plan = value as Record<string, unknown> | null;
  if (typeof plan !== "object" || plan === null) return "a fault plan is an object";
  if ("always" in plan) return isFault(plan.always) ? { always: plan.always } : badFault("always");
  if ("sequence" in plan) {
    const { sequence } = plan;
    if (!Array.isArray(sequence)) return "sequence must be an array of faults and nulls";
    const wrong = sequence.findIndex((fault) => fault !== null && !isFault(fault));
    return wrong < 0 ? { sequence } : badFault(`sequence[${wrong}]`);
  }
  const { probability, fault, seed } = plan;
  if (typeof probability !== "number" || probability < 0 || probability > 1) {
    return "a fault plan has always, or sequence, or a probability from 0 to 1 with fault and seed";
  }
  if (!Number.isSafeInteger(seed)) return "seed must be a whole number";
  return isFault(fault) ? { probability, fault, seed: seed as number } : badFault("fault");
}

const badFault = (where: string) =>
  `${where} must be {"kind": "status", "status": 503}, {"kind": "delay", "ms": 100}, or of kind reset, lostAnswer or hang`;

function isFault(value: unknown): value is Fault {
  const fault = value as { kind?: unknown; status?: unknown; retryAfter?: unknown; ms?: unknown } | null;
  if (typeof fault !== "object" || fault === null) return false;
  if (fault.kind === "status") return isStatus(fault.status) && isRetryAfter(fault.retryAfter);
  if (fault.kind === "delay") return typeof fault.ms === "number" && fault.ms >= 0 && fault.ms <= MAX_DELAY_MS;
  return fault.kind === "reset" || fault.kind === "lostAnswer" || fault.kind === "hang";
}

/** Longer than anybody waits, and less than a timer can hold. */
const MAX_DELAY_MS = 3_600_000;

const isStatus = (value: unknown) => Number.isInteger(value) && (value as number) >= 200 && (value as number) <= 599;

/** What a header can hold. */
const isRetryAfter = (value: unknown) =>
  value === undefined || (typeof value === "string" && /^[\x20-\x7e]*$/.test(value));
