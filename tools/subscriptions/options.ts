import { ruleFilterName } from "../../functions/subscriber/environment.ts";
import type { Wish } from "../../functions/subscriber/plan.ts";
import { type LogGroupRule, parseLogGroupRule } from "../../functions/subscriber/rule.ts";
import { loadSettings, SettingsError, type StackSettings } from "../../infra/settings/load-settings.ts";
import { NONE } from "../../infra/settings/read-value.ts";
import { stackName } from "../../infra/settings/stack-names.ts";
import { readArguments, UsageError } from "../arguments.ts";

export const HELP = `Shows what a rule for log groups would do in an account. Changes nothing.

Usage: npm run subscriptions -- plan                  by the settings' rule
       npm run subscriptions -- plan --include '/a/*' by a rule of your own

  --settings FILE      another settings file
  --include A,B        names of log groups, in which * stands for any text
  --exclude A,B        names to leave out
  --include-tags A,B   tags, one of which it must have: team, team=shop, team=s*
  --exclude-tags A,B   tags, none of which it may have
  --filter-pattern P   pattern of the filters (default: every event)
  --destination ARN    what the filters will deliver to, if that is there
  --filter-name NAME   output FilterName of the stack (default: by the settings)
  --region REGION      (default: AWS_REGION, or your AWS profile's)
  --all                lists what stays as it is, too
  --json               as JSON, with every log group
  --help               this text

Credentials are those of the AWS command line. It calls DescribeLogGroups,
DescribeSubscriptionFilters and, if the rule is about tags, ListTagsForResource.
Exit code: 0, 1 if some log groups can't be as the rule says or could not be
looked at, 2 if it was called wrongly, 3 if the log groups could not be listed.
`;

export interface Options {
  readonly wish: Wish & { readonly rule: LogGroupRule };
  readonly region?: string;
  readonly all: boolean;
  readonly json: boolean;
}

/** @param folder where sidecarless.json is looked for @throws UsageError */
export function parseOptions(args: readonly string[], folder: string): Options | "help" {
  const { values, positionals } = readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      settings: { type: "string" },
      include: { type: "string" },
      exclude: { type: "string" },
      "include-tags": { type: "string" },
      "exclude-tags": { type: "string" },
      "filter-pattern": { type: "string" },
      destination: { type: "string" },
      "filter-name": { type: "string" },
      region: { type: "string" },
      all: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const [command, ...others] = positionals;
  if (command === undefined || others.length > 0) throw new UsageError("Name the command: plan.");
  if (command !== "plan") throw new UsageError(`There is no command "${command}"; the only one is plan.`);
  const { include, exclude, "include-tags": includeTags, "exclude-tags": excludeTags, settings: file } = values;
  const given = [exclude, includeTags, excludeTags].some((list) => list !== undefined);
  if (include === undefined && given) throw new UsageError("--exclude and the tags go with --include.");
  if (include !== undefined && file !== undefined) {
    throw new UsageError("Give --include or --settings: there is one rule.");
  }
  const settings = include === undefined ? settingsIn(file, folder) : undefined;
  const rule = settings
    ? ruleOf(settings)
    : checked({
        include: itemsOf(include),
        exclude: itemsOf(exclude),
        includeTags: itemsOf(includeTags),
        excludeTags: itemsOf(excludeTags),
      });
  const destinationArn = values.destination ?? settings?.destinationArn;
  if (destinationArn !== undefined && !destinationArn.startsWith("arn:")) {
    throw new UsageError(`--destination must be an ARN; it is "${destinationArn}".`);
  }
  const filter = {
    name: ruleFilterName(values["filter-name"] ?? filterNameOf(settings)),
    destinationArn,
    pattern: values["filter-pattern"] ?? settings?.filterPattern ?? "",
  };
  return { wish: { rule, filter }, region: values.region, all: values.all, json: values.json };
}

const itemsOf = (text: string | undefined) =>
  text
    ?.split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

function checked(lists: Readonly<Record<keyof LogGroupRule, readonly string[] | undefined>>): LogGroupRule {
  const rule = parseLogGroupRule(Object.fromEntries(Object.entries(lists).filter(([, list]) => list !== undefined)));
  if (!Array.isArray(rule)) return rule as LogGroupRule;
  throw new UsageError(rule.map((problem) => `--${problem}`).join("\n"));
}

function settingsIn(file: string | undefined, folder: string): StackSettings {
  if (file === NONE) throw new UsageError("Without settings there is no rule: give --include.");
  try {
    return loadSettings(file === undefined ? {} : { settings: file }, folder);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new UsageError(`${error.message}\nOr give a rule here: --include '/ecs/*'.`);
  }
}

function ruleOf({
  includeLogGroups: include,
  excludeLogGroups: exclude,
  includeLogGroupTags: includeTags,
  excludeLogGroupTags: excludeTags,
}: StackSettings): LogGroupRule {
  if (!include) throw new UsageError("The settings have no includeLogGroups: set it, or give --include '/ecs/*'.");
  return { include, exclude, includeTags, excludeTags };
}

/** As the stack gives it. */
function filterNameOf(settings: StackSettings | undefined): string {
  const [, destination] = /:destination:(.+)$/.exec(settings?.destinationArn ?? "") ?? [];
  return destination ?? `sidecarless-${stackName("forwarder", settings?.name)}`;
}
