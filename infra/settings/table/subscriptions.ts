import { logGroupGlob, logGroupName, logGroupTag, roleArn } from "./formats.ts";
import type { SettingRows } from "./setting-row.ts";
import { flag, integer, list, listOrNone, text } from "./shapes.ts";

export const SUBSCRIPTIONS_SETTINGS = {
  logGroups: {
    shape: listOrNone(logGroupName),
    means:
      "Names of existing log groups. Either this or `wholeAccount`; `none` for a forwarder whose deliveries come from elsewhere, such as from other accounts.",
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
  includeLogGroups: {
    shape: list(logGroupGlob),
    otherwise: "nothing is subscribed by rule",
    means:
      "Log groups by rule, those that come later, too: names in which `*` stands for any text. A function subscribes them, and the filters go when a log group is no longer meant, or the stack is deleted: [subscriptions.md](subscriptions.md#log-groups-by-rule). `npm run subscriptions -- plan` shows before what it would do.",
    example: ["/ecs/*", "/aws/lambda/*"],
  },
  excludeLogGroups: {
    shape: list(logGroupGlob),
    otherwise: "none",
    means: "With `includeLogGroups`: names to leave out, with `*` as there.",
    example: ["/aws/lambda/noisy-*"],
  },
  includeLogGroupTags: {
    shape: list(logGroupTag),
    otherwise: "whatever tags it has",
    means:
      "With `includeLogGroups`: only log groups that have one of these tags: `team` with any value, `team=shop` with one, `team=shop-*` with one that begins so.",
    example: ["team", "logs=datadog"],
  },
  excludeLogGroupTags: {
    shape: list(logGroupTag),
    otherwise: "none",
    means: "With `includeLogGroups`: no log group that has one of these tags.",
    example: ["logs=off"],
  },
  subscribeEveryMinutes: {
    shape: integer(5, 1_440),
    otherwise: "60",
    means:
      "With `includeLogGroups`: how often all log groups are looked at. New ones are subscribed sooner where CloudTrail is on.",
    example: 15,
  },
  subscribeDryRun: {
    shape: flag,
    default: false,
    means: "With `includeLogGroups`: the function says in its log what it would do, and does nothing.",
    example: true,
  },
  subscriberRoleArn: {
    shape: roleArn,
    otherwise: "a new role",
    means:
      "With `includeLogGroups`: existing role of the function that subscribes. Nothing is added to it; `LogGroupSubscriber.rolePolicy` returns what it must allow.",
    example: "arn:aws:iam::111122223333:role/subscriber",
  },
} as const satisfies SettingRows;
