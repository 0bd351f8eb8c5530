import { type Costing, HOURS_PER_MONTH, item } from "./costing.ts";
import type { CostItem } from "./types.ts";

export interface Traffic {
  /** To Datadog's intake, from the network that the tasks are in. */
  readonly sentGb?: number;
  /** To the intake, from a service of AWS that is in no network of ours. */
  readonly sentByAwsGb?: number;
  /** From the tasks to CloudWatch Logs, in the same region. */
  readonly driverGb?: number;
  /** Images that tasks pull when they start. Through an endpoint they come from S3, over a gateway that is free. */
  readonly pulledGb?: number;
}

/**
 * How data leaves. Transfer into a service of the same region is free, but not what it passes on its way there. The
 * function is taken to stand in the network of the tasks: outside of any, it needs neither NAT nor endpoint.
 */
export function networkItems(
  { input, model, priceOf }: Costing,
  { sentGb = 0, sentByAwsGb = 0, driverGb = 0, pulledGb = 0 }: Traffic,
): CostItem[] {
  const overInternetGb = sentByAwsGb + (input.egress === "privatelink" ? 0 : sentGb);
  const passedGb = sentGb + driverGb;
  const egress = item("egress", "Data transfer out", priceOf("egress-gb", overInternetGb));
  switch (input.egress) {
    case "internet":
      return [egress];
    case "nat": {
      const hours = HOURS_PER_MONTH * model.get("cost.natGateways");
      return [egress, item("nat", "NAT gateway", priceOf("nat-gb", passedGb + pulledGb) + priceOf("nat-hour", hours))];
    }
    case "privatelink": {
      const services = Number(sentGb > 0) + Number(driverGb > 0);
      const hours = HOURS_PER_MONTH * model.get("cost.zones") * services;
      const endpoints = priceOf("endpoint-gb", passedGb) + priceOf("endpoint-hour", hours);
      return [...(sentByAwsGb > 0 ? [egress] : []), item("privatelink", "PrivateLink endpoints", endpoints)];
    }
  }
}
