import type { ReportCost } from "../../cost/cost-of-result.ts";
import type { Result } from "../../result.ts";
import type { Summary } from "../../stats/summary.ts";
import { advice } from "./advice.ts";
import { usageText } from "./cost.ts";
import { type ScoreRow, scorecard } from "./scorecard.ts";
import { caveats, findings } from "./verdict.ts";

/** What every report begins with. */
export interface Overview {
  readonly caveats: readonly string[];
  readonly rows: readonly ScoreRow[];
  readonly advice: readonly string[];
  readonly findings: readonly string[];
  /** What the dollars are for. */
  readonly usage?: string;
}

export function overview(result: Result, summary: Summary, cost: ReportCost | undefined): Overview {
  const rows = scorecard(summary, cost);
  return {
    caveats: caveats(result, summary),
    rows: summary.phases.length > 0 ? rows : [],
    advice: advice(rows, cost?.comparison, summary),
    findings: findings(result, summary),
    ...(cost && {
      usage: `Dollars are modelled, for ${usageText(cost.comparison.input)} Another usage: npm run compare -- report --help`,
    }),
  };
}
