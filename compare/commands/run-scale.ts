import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { loadPrices, PricesError, regionsOf as regionsOfPrices } from "../prices/prices.ts";
import { wantsColor, wrapped } from "../report/terminal/screen.ts";
import { CHART_FILE, docsChart, docsPage, PAGE_FILE } from "../scale/docs.ts";
import { SCALE_FIGURES } from "../scale/figures.ts";
import { renderScale } from "../scale/render-scale.ts";
import { type ScaleCase, scaleCase } from "../scale/scale.ts";
import { scaleCsv } from "../scale/scale-csv.ts";
import { writeWhole } from "../write-whole.ts";
import { parseScaleOptions, type ScaleOptions } from "./scale-options.ts";

const help = (
  regions: readonly string[],
) => `Which way is right for so much: direct, a Kinesis stream between, or several
accounts. Against AWS's limits, with what an outage leaves and dollars a month.
No run, no account; see docs/volume.md.

Usage: npm run compare -- scale [options]

  --gb-per-day N     text of the log lines, 10⁹ bytes, all accounts together;
                     without it a table from 1 GB to 100 TB
  --streams N        log streams that write all the time, one for each container
                     (default one for a GB a day, from 10)
  --line-bytes N     of a line on average (default 200)
  --outage-hours N   how long the intake is away (default 3)
  --accounts N       that share it all evenly (default 1)
  --region R         default us-east-1; see below
  --model NAME=VALUE another value for a figure, as of a limit that AWS has
                     raised: lambda.concurrency=5000; repeatable.
                     Figures are in docs/volume.md, and in compare/modelled.ts
  --chart FILE       writes the chart of which way is right where, as SVG, for
                     this kind of lines, region and accounts
  --json             everything, for a program
  --csv              a row for each volume
  --docs             writes chart and tables of this project's docs/volume.md
                     anew
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
