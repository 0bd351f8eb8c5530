import type { SettingRows } from "./setting-row.ts";
import { flag, pairs, text } from "./shapes.ts";

export const METADATA_SETTINGS = {
  ecsMetadata: {
    shape: flag,
    default: true,
    means: "`false`: ECS tasks and their definitions are not looked up, so that entries say only what names tell.",
    example: false,
  },
  ecsCluster: {
    shape: text,
    otherwise: "that of the log group's last task",
    means: "Name or ARN of the cluster that is asked first for a task, which spares asking every one.",
    example: "prod",
  },
  taskEvents: {
    shape: flag,
    default: false,
    means: "Events of ECS tasks become entries: [tags.md](tags.md).",
    example: true,
  },
  logGroupTags: {
    shape: pairs,
    otherwise: "none",
    means:
      "Tags of log groups to send: name in AWS → name in Datadog. With `-c`: `team,CostCenter=cost_center`. More in [tags.md](tags.md).",
    example: { team: "team", CostCenter: "cost_center" },
  },
} as const satisfies SettingRows;
