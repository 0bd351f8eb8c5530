import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { loadPrices, PricesError, regionsOf as regionsOfPrices } from "../prices/prices.ts";
import { wantsColor, wrapped } from "../report/terminal/screen.ts";
import { scaleCsv } from "../scale/columns.ts";
import { CHART_FILE, docsChart, docsPage, PAGE_FILE } from "../scale/docs.ts";
import { SCALE_FIGURES } from "../scale/figures.ts";
import { renderScale } from "../scale/render-scale.ts";
import { type ScaleCase, scaleCase } from "../scale/scale.ts";
import { writeWhole } from "../write-whole.ts";
import { parseScaleOptions, type ScaleOptions } from "./scale-options.ts";

const help = (
  regions: readonly string[],
) => `Which way carries your volume: direct, through a Kinesis stream, or several
accounts. Checks AWS's limits; shows what an outage leaves, and dollars a month.
No run, no account; see docs/volume.md.

Usage: npm run compare -- scale [options]

  --gb-per-day N     text of the log lines, 10⁹ bytes, all accounts together
                     (default: a table from 1 GB to 100 TB)
  --streams N        log streams that write all the time, one for each container
                     (default one for a GB a day, from 10)
  --line-bytes N     average size of a line (default 200)
  --outage-hours N   how long the intake is down (default 3)
  --accounts N       number of accounts, which share it evenly (default 1)
  --region R         default us-east-1; see below
  --model NAME=VALUE another value for a figure, such as a quota that AWS has
                     raised for you: lambda.concurrency=5000; repeatable.
                     Figures are in docs/volume.md, and in compare/modelled.ts
  --chart FILE       writes a chart of which way carries which volume, as SVG,
                     for this kind of lines, region and number of accounts
  --json             everything, for a program
  --csv              a row for each volume
  --docs             updates chart and tables in this project's docs/volume.md
  --help             this text

${wrapped(`Regions: ${regions.join(", ")}.`, "  ")}

Exit code: 0, 1 if the price table can't be used, 2 if it was called wrongly.
`;

/** `compare scale`. @returns the exit code @throws UsageError if it was called wrongly */
export async function runScale(args: readonly string[]): Promise<number> {
  try {
    const prices = loadPrices();
    const options = parseScaleOptions(args, prices);
    if (options === "help") {
      process.stdout.write(help(regionsOfPrices(prices)));
      return 0;
    }
    const { inputs, scale, chart, docs } = options;
    if (docs) await writeDocs(options);
    const [{ gbPerDay: _gb, streams: _streams, ...kind }] = inputs as [(typeof inputs)[0]];
    if (chart !== undefined) await writeWhole(chart, docsChart(scale, kind));
    if (docs) return 0;
    process.stdout.write(
      printed(
        inputs.map((input) => scaleCase(input, scale)),
        options,
      ),
    );
    return 0;
  } catch (error) {
    if (!(error instanceof PricesError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function printed(cases: readonly ScaleCase[], { output, scale }: ScaleOptions): string {
  if (output === "csv") return scaleCsv(cases);
  if (output === "text") return renderScale(cases, { color: wantsColor() });
  const figures = Object.entries(SCALE_FIGURES).map(([name, figure]) => ({
    name,
    ...figure,
    value: scale.figures(name as keyof typeof SCALE_FIGURES),
  }));
  return `${JSON.stringify({ cases, figures, modelled: scale.model.used(), pricesDate: scale.prices.date }, null, 2)}\n`;
}

async function writeDocs({ scale }: ScaleOptions): Promise<void> {
  const fileOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const before = await readFile(fileOf(PAGE_FILE), "utf8");
  await writeWhole(fileOf(PAGE_FILE), docsPage(before, scale));
  await writeWhole(fileOf(CHART_FILE), docsChart(scale));
}
