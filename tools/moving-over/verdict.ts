import type { RuleActions } from "../../functions/forwarder/stages/rules/types.ts";
import type { SettingName } from "../../infra/settings/table.ts";

/** What becomes of a variable. The order is that of the report. */
export const FATES = {
  setting: { title: "Becomes a setting" },
  rule: { title: "Becomes a rule" },
  asItIs: { title: "Works the same here without a setting" },
  notNeeded: { title: "Is not needed" },
  notTakenOver: { title: "Is not taken over: do this instead", needsYou: true },
  unknown: { title: "Is known neither here nor in Datadog's forwarder", needsYou: true },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly needsYou?: true }>>;

export type Fate = keyof typeof FATES;

/** `says` is in sentences, without the name of the variable, and never holds a key. */
export interface Verdict {
  readonly fate: Fate;
  readonly says: string;
  /** Of those that become settings. */
  readonly settings?: Readonly<Partial<Record<SettingName, unknown>>>;
  /** Of those that become rules. */
  readonly actions?: RuleActions;
}

/** What is set, by the names of variables; parameters of the template have those of the variables they set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @param value is not empty, and has no space around it */
export type Judge = (value: string, environment: Environment) => Verdict;

export const isTrue = (value: string | undefined) => value?.toLowerCase() === "true";

export const asItIs = (says: string): Verdict => ({ fate: "asItIs", says });
export const notNeeded = (says: string): Verdict => ({ fate: "notNeeded", says });
export const notTakenOver = (says: string): Verdict => ({ fate: "notTakenOver", says });
