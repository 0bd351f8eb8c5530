import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { Filter, ListedLogGroup } from "./plan.ts";
import type { Tags } from "./rule.ts";

/** The calls to CloudWatch Logs, no more of the service than is needed. Each may throw an error whose name is AWS's code. */
export interface LogsApi {
  /** Up to 50, and how to get the next ones. @param prefix of their names; undefined: all */
  readonly listLogGroups: (page?: string, prefix?: string) => Promise<LogGroupPage>;
  readonly filtersOf: (logGroup: string) => Promise<readonly Filter[]>;
  /** @param arn without `:*` at its end */
  readonly tagsOf: (arn: string) => Promise<Tags>;
  readonly tag: (arn: string, tags: Tags) => Promise<void>;
  readonly untag: (arn: string, keys: readonly string[]) => Promise<void>;
  /** Makes it, or changes the one of that name. */
  readonly putFilter: (logGroup: string, filter: Filter) => Promise<void>;
  readonly removeFilter: (logGroup: string, filterName: string) => Promise<void>;
}

export interface LogGroupPage {
  readonly logGroups: readonly ListedLogGroup[];
  readonly next?: string;
}

/** Of one call. A filter that is put later than this was not put by a call that began now. */
export const REQUEST_TIMEOUT_MS = 5_000;

export interface ClientOptions {
  /** AWS's own if there is none. */
  readonly endpoint?: string;
  readonly region?: string;
}

/** CloudWatch Logs itself. Each call is tried once: whoever calls knows how much time there is, and who else waits. */
export function awsLogsApi(options: ClientOptions = {}): LogsApi {
  let loading: Promise<{ sdk: typeof import("@aws-sdk/client-cloudwatch-logs"); client: CloudWatchLogsClient }>;
  const load = () => {
    loading ??= import("@aws-sdk/client-cloudwatch-logs").then((sdk) => ({
      sdk,
      client: new sdk.CloudWatchLogsClient({
        ...options,
        maxAttempts: 1,
        // Without the last the SDK only warns of a request without an answer, and waits on.
        requestHandler: {
          connectionTimeout: 1_000,
          requestTimeout: REQUEST_TIMEOUT_MS,
          throwOnRequestTimeout: true,
        },
      }),
    }));
    return loading;
  };
  return {
    listLogGroups: async (nextToken, logGroupNamePrefix) => {
      const { sdk, client } = await load();
      const page = await client.send(new sdk.DescribeLogGroupsCommand({ nextToken, logGroupNamePrefix }));
      const logGroups = (page.logGroups ?? []).flatMap(({ logGroupName, logGroupArn, arn, logGroupClass }) => {
        const its = logGroupArn ?? arn?.replace(/:\*$/, "");
        return logGroupName === undefined || its === undefined
          ? []
          : [{ name: logGroupName, arn: its, logGroupClass: logGroupClass ?? "STANDARD" }];
      });
      return { logGroups, next: page.nextToken };
    },
    filtersOf: async (logGroupName) => {
      const { sdk, client } = await load();
      const filters: Filter[] = [];
      let nextToken: string | undefined;
      do {
        const page = await client.send(new sdk.DescribeSubscriptionFiltersCommand({ logGroupName, nextToken }));
        for (const { filterName, destinationArn, roleArn, distribution, filterPattern } of page.subscriptionFilters ??
          []) {
          filters.push({
            name: filterName ?? "",
            destinationArn,
            roleArn: roleArn || undefined,
            distribution,
            pattern: filterPattern ?? "",
          });
        }
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return filters;
    },
    tagsOf: async (resourceArn) => {
      const { sdk, client } = await load();
      const { tags = {} } = await client.send(new sdk.ListTagsForResourceCommand({ resourceArn }));
      return tags;
    },
    tag: async (resourceArn, tags) => {
      const { sdk, client } = await load();
      await client.send(new sdk.TagResourceCommand({ resourceArn, tags: { ...tags } }));
    },
    untag: async (resourceArn, tagKeys) => {
      const { sdk, client } = await load();
      await client.send(new sdk.UntagResourceCommand({ resourceArn, tagKeys: [...tagKeys] }));
    },
    putFilter: async (logGroupName, { name, destinationArn, roleArn, distribution, pattern }) => {
      const { sdk, client } = await load();
      await client.send(
        new sdk.PutSubscriptionFilterCommand({
          logGroupName,
          filterName: name,
          filterPattern: pattern,
          destinationArn,
          roleArn,
          distribution: distribution as "ByLogStream" | "Random" | undefined,
        }),
      );
    },
    removeFilter: async (logGroupName, filterName) => {
      const { sdk, client } = await load();
      await client.send(new sdk.DeleteSubscriptionFilterCommand({ logGroupName, filterName }));
    },
  };
}
