import { type Costing, HOURS_PER_MONTH, item, MB_PER_GB } from "./costing.ts";
import { fargateSizeFor } from "./fargate.ts";
import { keyItems } from "./lambda-cost.ts";
import { networkItems } from "./network-cost.ts";
import type { CostComparison, CostInput, CostItem, FargateSize } from "./types.ts";

/** The sidecar lives on what the task has to spare. */
export const firelensInSlackItems = (costing: Costing): CostItem[] => firelensItems(costing, 0);

/** The task has nothing to spare: the sidecar makes every task one size larger. */
export function firelensNextSizeItems(costing: Costing): CostItem[] {
  const { input, priceOf } = costing;
  const { without, withSidecar } = taskSizes(costing);
  const hours = HOURS_PER_MONTH * input.tasks;
  const vcpu = (size: FargateSize) => priceOf(`fargate-${input.arch}-vcpu-hour`, size.vcpu * hours);
  const memory = (size: FargateSize) => priceOf(`fargate-${input.arch}-gb-hour`, (size.memoryMb / MB_PER_GB) * hours);
  return firelensItems(costing, vcpu(withSidecar) + memory(withSidecar) - vcpu(without) - memory(without));
}

/** @throws RangeError if Fargate has no size with as much */
export function taskSizes({ input, priceOf }: Pick<Costing, "input" | "priceOf">): CostComparison["taskSizes"] {
  const usdPerHour = ({ vcpu, memoryMb }: FargateSize) =>
    priceOf(`fargate-${input.arch}-vcpu-hour`, vcpu) + priceOf(`fargate-${input.arch}-gb-hour`, memoryMb / MB_PER_GB);
  const { task, both } = neededSizes(input);
  const [without, withSidecar] = [fargateSizeFor(task, usdPerHour), fargateSizeFor(both, usdPerHour)];
  if (!without || !withSidecar) throw new RangeError("Fargate has no size for such a task.");
  return { without, withSidecar };
}

export const neededSizes = (
  input: Pick<CostInput, "taskVcpu" | "taskMemoryMb" | "sidecarVcpu" | "sidecarMemoryMb">,
) => ({
  task: { vcpu: input.taskVcpu, memoryMb: input.taskMemoryMb },
  both: { vcpu: input.taskVcpu + input.sidecarVcpu, memoryMb: input.taskMemoryMb + input.sidecarMemoryMb },
});

function firelensItems(costing: Costing, fargateUsd: number): CostItem[] {
  const { input, model, textGb } = costing;
  const starts = input.tasks * model.get("cost.taskStartsPerMonth");
  return [
    item("fargate", "Fargate, for the sidecar", fargateUsd),
    ...keyItems(costing, starts),
    ...networkItems(costing, {
      sentGb: textGb * input.wireRatioFirelens,
      pulledGb: (starts * model.get("cost.sidecarImageMb")) / 1e3,
    }),
  ];
}
