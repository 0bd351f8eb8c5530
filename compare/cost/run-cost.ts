import { wantsColor } from "../report/terminal-text.ts";
import { compareCosts } from "./compare-costs.ts";
import { parseCostOptions } from "./options.ts";
import { loadPrices, PricesError, pricesOf } from "./prices.ts";
import { renderCost } from "./render-cost.ts";

export const HELP = `Dollars per month on each path from ECS to Datadog, for your usage. No run, no account; see docs/costs.md.

Usage: npm run compare -- cost [options]

  --gb-per-day N          text of the log lines, 10⁹ bytes, all tasks together (default 10)
  --tasks N               that write them (default 10)
  --line-bytes N          of a line on average (default 200)
  --region R              us-east-1 (default), us-west-2, eu-west-1 or ap-northeast-1
  --retention-days N      how long CloudWatch Logs keeps them (default 14)
  --egress WAY            how they leave the tasks' network: internet (default), nat or privatelink
  --task-vcpu N           size of a task on Fargate without a sidecar (default 0.5)
  --task-memory-mb N      its memory (default 1024)
  --sidecar-vcpu N        what the sidecar adds (default 0: it takes some percent of a core; 0.5 from 2 MB/s a task)
  --sidecar-memory-mb N   its memory (default 128; 250 from 2 MB/s a task)
  --batch-events N        log events in one delivery to the function (default: what a task writes in 5 s)
  --memory-mb N           of the forwarder (default 512)
  --cold-starts N         of the forwarder, a month (default 1000)
  --arch ARCH             of function and tasks: arm64 (default) or x86_64
  --from FILE             result.json of a run: what it measured instead of defaults; options go first
  --model NAME=VALUE      another value for a modelled figure; repeatable, see docs/costs.md
  --json                  everything, for a program
  --help                  this text

Exit code: 0, 1 if the price table can't be used, 2 if it was called wrongly.
`;

/**
 * `compare cost`: prints what each path costs.
 * @returns the exit code @throws UsageError or ResultError if it was called wrongly
 */
export async function runCost(args: readonly string[]): Promise<number> {
  try {
    const prices = loadPrices();
    const options = parseCostOptions(args, prices);
    if (options === "help") {
      process.stdout.write(HELP);
      return 0;
    }
    const { input, model, json } = options;
    const comparison = compareCosts(input, prices, model);
    const rows = pricesOf(prices, input.region);
    const text = json
      ? `${JSON.stringify({ ...comparison, modelled: model.used(), prices: rows }, null, 2)}\n`
      : renderCost(comparison, rows, { color: wantsColor() });
    process.stdout.write(text);
    return 0;
  } catch (error) {
    if (!(error instanceof PricesError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}
