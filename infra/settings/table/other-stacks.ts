import type { SettingRows } from "./setting-row.ts";
import { choice } from "./shapes.ts";

export const OTHER_STACKS_SETTINGS = {
  firelensProfile: {
    shape: choice("asDocumented", "hardened"),
    otherwise: "`hardened` for the sample, `asDocumented` for the comparison",
    means: "Options of the sidecar: those that people copy, or better ones.",
    example: "asDocumented",
  },
  comparisonIntake: {
    shape: choice("recorder", "datadog"),
    otherwise: "`recorder`",
    means: "Where both paths of the comparison send: [comparison-aws.md](comparison-aws.md).",
    example: "datadog",
  },
} as const satisfies SettingRows;
