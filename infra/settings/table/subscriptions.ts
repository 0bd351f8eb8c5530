import { logGroupName } from "./formats.ts";
import type { SettingRows } from "./setting-row.ts";
import { flag, list, listOrNone, text } from "./shapes.ts";

export const SUBSCRIPTIONS_SETTINGS = {
  logGroups: {
    shape: listOrNone(logGroupName),
    means:
      "Names of existing log groups. Either this or `wholeAccount`; `none` for a forwarder whose deliveries come from elsewhere, such as a Kinesis stream.",
    example: ["/ecs/shop-api", "/ecs/shop-web"],
    question: "Log groups to subscribe, with commas between them; or all, or none",
  },
  wholeAccount: {
    shape: flag,
    default: false,
    means: "Every log group of the account in this region instead, but those of sidecarless's own functions.",
    example: true,
  },
  exceptLogGroups: {
    shape: list(logGroupName),
    default: [],
    means:
      "With `wholeAccount`: names of log groups to leave out. Exact names, since AWS takes no patterns here; more in [subscriptions.md](subscriptions.md#the-whole-account).",
    example: ["/aws/vpc/flow-logs", "/aws/containerinsights/shop/performance"],
  },
  filterPattern: {
    shape: text,
    otherwise: "every event",
    means:
      "[CloudWatch Logs filter pattern](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html) of every subscription: other events are not delivered.",
    example: "?ERROR ?WARN",
  },
} as const satisfies SettingRows;
