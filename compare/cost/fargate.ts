import { MB_PER_GB } from "./costing.ts";
import type { FargateSize } from "./types.ts";

/** From, to and step of memory in GB, by vCPU. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html (2026-11) */
const MEMORY_GB: readonly (readonly [vcpu: number, sizes: readonly number[]])[] = [
  [0.25, [0.5, 1, 2]],
  [0.5, steps(1, 4, 1)],
  [1, steps(2, 8, 1)],
  [2, steps(4, 16, 1)],
  [4, steps(8, 30, 1)],
  [8, steps(16, 60, 4)],
  [16, steps(32, 120, 8)],
];

/** All that Fargate offers for Linux. */
export const FARGATE_SIZES: readonly FargateSize[] = MEMORY_GB.flatMap(([vcpu, sizes]) =>
  sizes.map((gb) => ({ vcpu, memoryMb: gb * MB_PER_GB })),
);

/** The cheapest size that has room for as much; undefined if none has. @param usdPerHour of a size */
export function fargateSizeFor(
  needed: FargateSize,
  usdPerHour: (size: FargateSize) => number,
): FargateSize | undefined {
  let best: { readonly size: FargateSize; readonly usd: number } | undefined;
  for (const size of FARGATE_SIZES) {
    // 0.1 + 0.15 is not to need the size above 0.25.
    if (size.vcpu < needed.vcpu - 1e-9 || size.memoryMb < needed.memoryMb) continue;
    const usd = usdPerHour(size);
    if (!best || usd < best.usd) best = { size, usd };
  }
  return best?.size;
}

function steps(from: number, to: number, by: number): number[] {
  return Array.from({ length: (to - from) / by + 1 }, (_, i) => from + i * by);
}
