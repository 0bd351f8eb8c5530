import { join } from "node:path";
import { costOfResult, type ReportCost, type Usage } from "../cost/cost-of-result.ts";
import { PricesError } from "../prices/prices.ts";
import type { Result } from "../result.ts";
import { writeWhole } from "../write-whole.ts";
import { figuresCsv } from "./figures-csv.ts";
import { renderMarkdown } from "./markdown/render-markdown.ts";
import { renderHtml } from "./page/render-html.ts";
import { renderTerminal } from "./terminal/render-terminal.ts";
import { wantsColor } from "./terminal/screen.ts";

/**
 * Writes `report.html`, `report.md` and `figures.csv` into a directory, which is made if it is not there; who reads them meanwhile sees
 * the old ones or the new ones whole.
 * @returns the report for the terminal, with colours if it goes to one; its end says where the files are
 */
export async function writeReport(result: Result, directory: string, usage?: Usage): Promise<string> {
  const { cost, problem } = costOrProblem(result, usage);
  const [page = "", markdown = "", csv = ""] = ["report.html", "report.md", "figures.csv"].map((name) =>
    join(directory, name),
  );
  await writeWhole(page, renderHtml(result, { cost }));
  await writeWhole(markdown, renderMarkdown(result, { cost }));
  await writeWhole(csv, figuresCsv(result));
  const text = renderTerminal(result, { cost, color: wantsColor() });
  const without = problem === undefined ? "" : `\nWithout cost: ${problem}\n`;
  return `${text}${without}\nReport: ${page}, ${markdown}, ${csv}\n`;
}

/** A run in a region without prices is reported all the same. */
function costOrProblem(
  result: Result,
  usage: Usage | undefined,
): { readonly cost?: ReportCost; readonly problem?: string } {
  try {
    return { cost: costOfResult(result, usage) };
  } catch (error) {
    if (!(error instanceof PricesError)) throw error;
    return { problem: error.message };
  }
}
