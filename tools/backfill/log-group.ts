import {
  type CloudWatchLogsClient,
  DescribeAccountPoliciesCommand,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { UsageError } from "../arguments.ts";
import { asked } from "../aws-call.ts";

/** What AWS says of the log group. */
export interface KnownLogGroup {
  readonly account: string;
  readonly region: string;
  /** Undefined: events are kept for good. */
  readonly retentionDays?: number;
}

/** @throws UsageError if there is none of this name */
export async function findLogGroup(client: CloudWatchLogsClient, name: string): Promise<KnownLogGroup> {
  let nextToken: string | undefined;
  do {
    const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name, ...(nextToken && { nextToken }) });
    const page = await asked("logs:DescribeLogGroups", client.send(command));
    const group = page.logGroups?.find(({ logGroupName }) => logGroupName === name);
    if (group) {
      const [, , , region = "", account = ""] = (group.arn ?? "").split(":");
      const { retentionInDays: retentionDays } = group;
      return { account, region, ...(retentionDays !== undefined && { retentionDays }) };
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  throw new UsageError(`There is no log group ${name} in this account and region. Is --region right?`);
}

/** ARN of the one function that the log group's subscriptions lead to. @throws UsageError if there are none, or several */
export async function findForwarder(client: CloudWatchLogsClient, logGroup: string): Promise<string> {
  const own = await asked(
    "logs:DescribeSubscriptionFilters",
    client.send(new DescribeSubscriptionFiltersCommand({ logGroupName: logGroup })),
  );
  const ofGroup = (own.subscriptionFilters ?? []).map(({ destinationArn = "" }) => destinationArn);
  const found = functionsAmong(ofGroup);
  const functions = found.length > 0 ? found : functionsAmong(await ofAccount(client));
  const [only, ...others] = functions;
  if (only !== undefined && others.length === 0) return only;
  const leads = only === undefined ? "No subscription" : `Subscriptions to ${functions.length} functions`;
  const tells = only === undefined ? "leads from this log group to a function" : "lead from this log group";
  throw new UsageError(`${leads} ${tells}: name the forwarder with --function (the stack's output FunctionName).`);
}

const functionsAmong = (arns: readonly string[]) => [...new Set(arns.filter((arn) => arn.includes(":lambda:")))];

async function ofAccount(client: CloudWatchLogsClient): Promise<string[]> {
  const command = new DescribeAccountPoliciesCommand({ policyType: "SUBSCRIPTION_FILTER_POLICY" });
  const { accountPolicies = [] } = await asked("logs:DescribeAccountPolicies", client.send(command));
  return accountPolicies.map(({ policyDocument }) => String(JSON.parse(policyDocument ?? "{}").DestinationArn ?? ""));
}
