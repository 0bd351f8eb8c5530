import { readArguments, UsageError } from "../../tools/arguments.ts";
import { readRecord } from "../record/record-file.ts";
import { renderDiff, USUAL_FIGURES } from "../report/terminal/render-diff.ts";
import { wantsColor } from "../report/terminal/screen.ts";
import { FIGURE_NAMES } from "../stats/figure-table.ts";

export const HELP = `Two runs side by side: in what they were run differently, and how their figures
differ.

Usage: npm run compare -- diff a.json b.json [options]

  --all       every figure, not only ${USUAL_FIGURES.join(", ")}
  --help      this text

Exit code: 0, or 2 if a record can't be read, or the command was called wrongly.
`;

/** `compare diff`. @returns the exit code. @throws UsageError or ResultError */
export async function runDiff(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      all: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [a, b, ...others] = positionals;
  if (a === undefined || b === undefined || others.length > 0) {
    throw new UsageError("Which two records? Give the result.json of one run, then that of another.");
  }
  const [before, after] = [
    { file: a, result: await readRecord(a) },
    { file: b, result: await readRecord(b) },
  ];
  const figures = values.all ? FIGURE_NAMES : USUAL_FIGURES;
  process.stdout.write(renderDiff(before, after, figures, { color: wantsColor() }));
  return 0;
}
