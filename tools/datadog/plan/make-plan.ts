import { recommended } from "../recommended/all.ts";
import type { Choices } from "../recommended/choices.ts";
import { apiBodies } from "./api-bodies.ts";
import { type Plan, planChanges } from "./changes.ts";
import type { Ask } from "./kinds/ask.ts";
import { readCurrent } from "./read-current.ts";

/** Reads what is there, and compares. Changes nothing. @throws DatadogApiError */
export async function makePlan(ask: Ask, choices: Choices): Promise<Plan> {
  const bodies = await apiBodies(choices);
  return planChanges(choices.name, bodies, recommended(choices).leftOut, await readCurrent(ask));
}
