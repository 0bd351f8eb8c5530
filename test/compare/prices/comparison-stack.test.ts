import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HELP } from "../../../compare/aws/options.ts";
import type { PriceName } from "../../../compare/prices/price-rows.ts";
import { loadPrices, pricesOf } from "../../../compare/prices/prices.ts";

const PAGE = readFileSync(new URL("../../../docs/comparison-aws.md", import.meta.url), "utf8");
const prices = pricesOf(loadPrices(), "us-east-1");
const usd = (name: PriceName) => prices[name].tiers[0]?.usd ?? Number.NaN;
const fargate = (vcpu: number, gb: number) => vcpu * usd("fargate-arm64-vcpu-hour") + gb * usd("fargate-arm64-gb-hour");
/** The last cell of a row of the page. */
const told = (row: string) =>
  Number(PAGE.match(new RegExp(`^\\| (?:\\[)?${row}[^\\n]*\\| ([\\d.]+) \\|$`, "m"))?.[1] ?? Number.NaN);

test("what the stack costs is told by the price table; load balancer and address are the page's own figures", () => {
  expect(told("recorder, Fargate arm64")).toBe(Number(fargate(1, 2).toFixed(3)));
  expect(told("endpoints for Secrets Manager and ECS")).toBe(2 * usd("endpoint-hour"));
  expect(told("Fargate, arm64")).toBe(Number((2 * fargate(0.25, 0.5) * (14 / 60)).toFixed(3)));
  const anHour =
    fargate(1, 2) + 2 * usd("endpoint-hour") + told("network load balancer") + told("its public IPv4 address");
  const [hour, day, month] = [anHour.toFixed(2), (anHour * 24).toFixed(0), (anHour * 730).toFixed(0)];
  expect(PAGE).toContain(`about ${hour}: ${day} a day, ${month} a month`);
  expect(HELP).toContain("two dollars a day");
  expect(day).toBe("2");
});
