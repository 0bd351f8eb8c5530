import { availableParallelism } from "node:os";

/** Vitest calls it once, before the first test. */
export default function announce(): void {
  process.stdout.write(`About four minutes on two cores (here: ${availableParallelism()}).\n`);
}
