import { CONTAINER_CASES } from "./containers.ts";
import { DATA_CASES } from "./data.ts";
import { FUNCTION_CASES } from "./functions.ts";
import type { NamesCase } from "./names-case.ts";
import { NETWORK_CASES } from "./network.ts";
import { OPERATIONS_CASES } from "./operations.ts";

export const CASES: readonly NamesCase[] = [
  ...FUNCTION_CASES,
  ...CONTAINER_CASES,
  ...DATA_CASES,
  ...NETWORK_CASES,
  ...OPERATIONS_CASES,
];
