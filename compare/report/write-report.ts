import { join } from "node:path";
import { PricesError } from "../cost/prices.ts";
import type { Result } from "../result.ts";
import { writeWhole } from "../write-whole.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { costOfResult, type ReportCost } from "./path-costs.ts";
import { renderTerminal } from "./terminal.ts";
import { wantsColor } from "./terminal-text.ts";

/**
 * Writes `report.html` and `report.md` into a directory, which is made if it is not there; who reads them meanwhile sees
 * the old ones or the new ones whole.
 * @returns the report for the terminal, with colours if it goes to one; its end says where the files are
 */
export async function writeReport(result: Result, directory: string): Promise<string> {
  const { cost, problem } = costOrProblem(result);
  const [page, markdown] = [join(directory, "report.html"), join(directory, "report.md")];
  await writeWhole(page, renderHtml(result, { cost }));
  await writeWhole(markdown, renderMarkdown(result, { cost }));
  const text = renderTerminal(result, { cost, color: wantsColor() });
  const without = problem === undefined ? "" : `\nWithout cost: ${problem}\n`;
  return `${text}${without}\nReport: ${page}, ${markdown}\n`;
}

/** A run in a region without prices is reported all the same. */
function costOrProblem(result: Result): { readonly cost?: ReportCost; readonly problem?: string } {
  try {
    return { cost: costOfResult(result) };
  } catch (error) {
    if (!(error instanceof PricesError)) throw error;
    return { problem: error.message };
  }
}
