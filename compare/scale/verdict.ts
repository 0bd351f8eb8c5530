import type { Model } from "../modelled.ts";
import { type LimitId, type LimitUse, limitUses } from "./limits.ts";
import { type Load, loadOf, type ScaleInput } from "./load.ts";
import { type ScaleModel, WAYS, type Way, type WayLoad, wayLoad } from "./ways.ts";

export type VerdictWord = "direct" | "kinesis" | "several accounts" | "more log streams";

export interface Verdict {
  readonly word: VerdictWord;
  /** In each account. */
  readonly way: Way;
  /** As many as it takes, and no fewer than were asked for. */
  readonly accounts: number;
  /** What decides: a limit that another way passes, or fewer accounts do; or what both cost. */
  readonly decidedBy: LimitId | "dollars";
  /** That limit, as it is used in each of the accounts that were asked for. */
  readonly limit?: LimitUse;
}

/** One way in one account, against all its limits. */
export interface WayCase extends WayLoad {
  readonly limits: readonly LimitUse[];
  readonly fits: boolean;
}

export interface AccountCase {
  readonly load: Load;
  readonly ways: Readonly<Record<Way, WayCase>>;
}

/** What one of the accounts carries, both ways. */
export function accountCase(input: ScaleInput, scale: ScaleModel): AccountCase {
  const model = sharedFreeTiers(scale.model, input.accounts);
  const load = loadOf(input, model);
  const caseOf = (way: Way): WayCase => {
    const of = wayLoad(way, load, { ...scale, model });
    const limits = limitUses(load, of, input.region, scale);
    return { ...of, limits, fits: limits.every((limit) => !isPassed(limit)) };
  };
  return { load, ways: { direct: caseOf("direct"), kinesis: caseOf("kinesis") } };
}

/** Accounts of an organisation have AWS's free tiers once. */
const sharedFreeTiers = (model: Model, accounts: number): Model => ({
  ...model,
  get: (name) => (name === "cost.freeTierShare" ? model.get(name) / accounts : model.get(name)),
});

/** Which way is right, with AWS's limits as they are before any is raised. */
export function judge(input: ScaleInput, scale: ScaleModel): Verdict {
  const asked = accountCase(input, scale);
  const { direct, kinesis } = asked.ways;
  const { accounts } = input;
  const stuck = passed(direct).find(({ scope }) => scope === "log stream");
  if (stuck) return { word: "more log streams", way: "direct", accounts, ...by(stuck) };
  if (direct.fits && kinesis.fits) {
    const way = cheaper(asked);
    return { word: way, way, accounts, decidedBy: "dollars" };
  }
  if (direct.fits) return { word: "direct", way: "direct", accounts, ...by(worst(kinesis)) };
  if (kinesis.fits) return { word: "kinesis", way: "kinesis", accounts, ...by(worst(direct)) };
  return severalAccounts(input, asked, scale);
}

const by = (limit: LimitUse) => ({ decidedBy: limit.id, limit });

const passed = ({ limits }: WayCase) => limits.filter(isPassed);

const isPassed = ({ decides, share }: LimitUse) => decides && share > 1 + ROUNDING;

/** What is a limit by hand is a little more in floating point. */
const ROUNDING = 1e-9;

const worst = (way: WayCase): LimitUse => passed(way).reduce((most, one) => (one.share > most.share ? one : most));

/** A tie is the simpler way's. */
const cheaper = ({ ways: { direct, kinesis } }: AccountCase): Way =>
  kinesis.usdPerMonth < direct.usdPerMonth ? "kinesis" : "direct";

/** As few as do: each limit of an account is passed by a part of the load at last. */
function severalAccounts(input: ScaleInput, asked: AccountCase, scale: ScaleModel): Verdict {
  // What each way lacks by its worst limit is the least that it must be divided by.
  const least = Math.min(...WAYS.map((way) => Math.max(...passed(asked.ways[way]).map(({ share }) => share))));
  for (let accounts = Math.ceil(input.accounts * least - ROUNDING * input.accounts); ; accounts++) {
    const shared = accountCase({ ...input, accounts }, scale);
    const fitting = WAYS.filter((way) => shared.ways[way].fits);
    const [only, other] = fitting;
    if (!only) continue;
    const way = other ? cheaper(shared) : only;
    return { word: "several accounts", way, accounts, ...by(worst(asked.ways[way])) };
  }
}
