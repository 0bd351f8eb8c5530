import { CONTAINER_GROUPS, ECS } from "./containers.ts";
import { DATA_GROUPS } from "./data.ts";
import { FUNCTION_GROUPS, FUNCTION_STREAMS } from "./functions.ts";
import type { KnownName } from "./known-name.ts";
import { NETWORK_GROUPS, NETWORK_STREAMS } from "./network.ts";
import { OPERATIONS_GROUPS, OPERATIONS_STREAMS } from "./operations.ts";
import { WORDS } from "./words.ts";

/**
 * Who writes under which names; the first that fits tells. Where AWS documents each name, and what comes of it, is in the
 * cases of the test: the documentation's table is made of both.
 */
export const KNOWN_NAMES: readonly KnownName[] = [
  ...FUNCTION_STREAMS,
  ...FUNCTION_GROUPS,
  ...CONTAINER_GROUPS,
  ...DATA_GROUPS,
  ...NETWORK_GROUPS,
  ...OPERATIONS_GROUPS,
  ...ECS,
  ...OPERATIONS_STREAMS,
  ...NETWORK_STREAMS,
  ...WORDS,
];
