import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PricesError } from "../cost/prices.ts";
import type { Result } from "../result.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { costOfResult, type ReportCost } from "./path-costs.ts";
import { renderTerminal } from "./terminal.ts";

/**
 * Writes `report.html` and `report.md` into a directory, which is made if it is not there; who reads them meanwhile sees
 * the old ones or the new ones whole.
 * @returns the report for the terminal, with colours if it goes to one; its end says where the files are
 */
export async function writeReport(result: Result, directory: string): Promise<string> {
  const { cost, problem } = costOrProblem(result);
  await mkdir(directory, { recursive: true });
  const files = [
    await writeWhole(join(directory, "report.html"), renderHtml(result, { cost })),
    await writeWhole(join(directory, "report.md"), renderMarkdown(result, { cost })),
  ];
  const text = renderTerminal(result, { cost, color: wantsColor() });
  const without = problem === undefined ? "" : `\nWithout cost: ${problem}\n`;
  return `${text}${without}\nReport: ${files.join(", ")}\n`;
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

async function writeWhole(file: string, content: string): Promise<string> {
  await writeFile(`${file}.part`, content);
  await rename(`${file}.part`, file);
  return file;
}

/** https://no-color.org: if it is set, and not empty. */
const wantsColor = (): boolean => process.stdout.isTTY === true && !process.env.NO_COLOR;
