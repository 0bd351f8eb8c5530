import { readArguments, UsageError } from "../../arguments.ts";
import { ACCESS_HELP } from "../access.ts";

export const HELP = `Does it work? Checks the keys, sends one marked log with the forwarder's code,
and finds it in Datadog.

Usage: npm run datadog -- check                  from here to Datadog
       npm run datadog -- check --function ARN   the whole way: CloudWatch Logs,
       the deployed forwarder, Datadog

  --function ARN     the deployed forwarder (output FunctionArn of its stack).
                     Makes a log group, a stream and a subscription filter of
                     its own, and removes them at the end, on Ctrl-C, too
  --log-group NAME   with --function: write into this log group instead, which
                     is kept; its filter is used if it has one
  --timeout N        how long to search, in seconds (default 120; with
                     --function 240)
  --json             what was seen, as JSON
  --help             this text

${ACCESS_HELP}

Where logs go, as for the forwarder: DD_URL, DD_PORT and DD_NO_SSL instead of
http-intake.logs.<site>. What they say: DD_TAGS, DD_ENV, DD_SERVICE, DD_SOURCE.
With --function all of this is the function's own.

The application key needs the scope logs_read_data, and logs_read_config to find
out why a log is not there. --function needs lambda:GetFunctionConfiguration,
logs:CreateLogGroup, PutRetentionPolicy, DeleteLogGroup, CreateLogStream,
DeleteLogStream, PutLogEvents, FilterLogEvents, DescribeSubscriptionFilters,
PutSubscriptionFilter and DeleteSubscriptionFilter; and s3:ListBucket and
s3:GetObject to look into the forwarder's store.

Exit code: 0 if all is well, 1 if a check failed, 2 if it was called wrongly,
130 after Ctrl-C.
`;

export interface CheckOptions {
  /** Undefined: straight to Datadog. */
  readonly functionArn?: string;
  readonly logGroup?: string;
  readonly timeoutMs: number;
  readonly json: boolean;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html (2026-11) */
const FUNCTION_ARN = /^arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]{1,64}(:[\w$-]+)?$/;
const LOG_GROUP = /^[\w./#-]{1,512}$/;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): CheckOptions | "help" {
  const { values } = readArguments({
    args: [...args],
    options: {
      function: { type: "string" },
      "log-group": { type: "string" },
      timeout: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const { function: functionArn, "log-group": logGroup, timeout, json } = values;
  if (functionArn !== undefined && !FUNCTION_ARN.test(functionArn)) {
    throw new UsageError("--function must be a function's ARN, such as the stack's output FunctionArn.");
  }
  if (logGroup !== undefined && functionArn === undefined) throw new UsageError("--log-group goes with --function.");
  if (logGroup !== undefined && !LOG_GROUP.test(logGroup))
    throw new UsageError("--log-group must be a log group's name.");
  if (timeout !== undefined && !/^[1-9]\d{0,3}$/.test(timeout)) {
    throw new UsageError("--timeout must be a whole number of seconds from 1 to 9999.");
  }
  const usualSeconds = functionArn === undefined ? 120 : 240;
  return { functionArn, logGroup, timeoutMs: 1_000 * Number(timeout ?? usualSeconds), json };
}
