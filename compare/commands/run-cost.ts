import { compareCosts } from "../cost/compare-costs.ts";
import { loadPrices, PricesError, pricesOf, regionsOf } from "../prices/prices.ts";
import { renderCost } from "../report/terminal/render-cost.ts";
import { wantsColor, wrapped } from "../report/terminal/screen.ts";
import { recommend } from "../report/words/recommend.ts";
import { parseCostOptions } from "./cost-options.ts";

const help = (
  regions: readonly string[],
) => `Dollars per month on each path from ECS to Datadog, for your usage. No run, no
account; see docs/costs.md.

Usage: npm run compare -- cost [options]

  --in-cloudwatch-anyway  you keep the logs in CloudWatch whichever path brings
                          them to Datadog
  --gb-per-day N          text of the log lines, 10⁹ bytes, all tasks together
                          (default 10)
  --tasks N               number of tasks that write them (default 10)
  --line-bytes N          average size of a line (default 200)
  --region R              default us-east-1; see below
  --retention-days N      how long CloudWatch Logs keeps them (default 14)
  --egress WAY            how they leave the tasks' network: internet (default),
                          nat or privatelink
  --task-vcpu N           size of a task on Fargate without a sidecar (default
                          0.5)
  --task-memory-mb N      its memory (default 1024)
  --profile PROFILE       the sidecar: hardened, as the construct deploys it
                          (default), as-documented, or manual
  --sidecar-vcpu N        what the sidecar reserves (default 0: it takes some
                          percent of a core; 0.5 from 2 MB/s a task)
  --sidecar-memory-mb N   its memory (default 128, else 50; 250 from 2 MB/s a
                          task)
  --batch-events N        log events in one delivery to the function (default:
                          what a task writes in 5 s)
  --memory-mb N           memory of the forwarder (default 512)
  --cold-starts N         cold starts of the forwarder a month (default 1000)
  --arch ARCH             of function and tasks: arm64 (default) or x86_64
  --from FILE             result.json of a run: what it measured replaces the
                          defaults; other options override it
  --model NAME=VALUE      another value for a modelled figure; repeatable, see
                          docs/costs.md
  --json                  everything, for a program
  --help                  this text

${wrapped(`Regions: ${regions.join(", ")}.`, "  ")}
Where a region has no public price, that of us-east-1 is used, and the output
says so. On a machine with access to AWS, npm run prices reads every price, and
with --region R those of one more region.

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
      process.stdout.write(help(regionsOf(prices)));
      return 0;
    }
    const { input, model, json } = options;
    const comparison = compareCosts(input, prices, model);
    const rows = pricesOf(prices, input.region);
    const text = json
      ? `${JSON.stringify({ ...comparison, recommendation: recommend(comparison), modelled: model.used(), prices: rows }, null, 2)}\n`
      : renderCost(comparison, rows, { color: wantsColor() });
    process.stdout.write(text);
    return 0;
  } catch (error) {
    if (!(error instanceof PricesError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}
