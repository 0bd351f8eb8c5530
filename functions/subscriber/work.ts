/** What CloudFormation asks of the function that stands behind a custom resource. */
export interface StackRequest {
  readonly RequestType: "Create" | "Update" | "Delete";
  /** Where it waits for the answer. Whoever has it can answer: it goes into no log. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  /** The name of the filters; not there yet when the resource is made. */
  readonly PhysicalResourceId?: string;
}

/** What an invocation is to do. */
export type Work =
  | All
  /** A log group was made, or its filters or tags were changed. */
  | { readonly kind: "one"; readonly logGroup: string }
  /** The stack was deployed: with another rule, perhaps. */
  | { readonly kind: "deployed"; readonly request: StackRequest }
  | Removal;

/** All log groups. */
export interface All {
  readonly kind: "all";
  readonly dryRun?: boolean;
  /** Of one round over all log groups, counted from 1. */
  readonly part: number;
  readonly after?: string;
}

/** The stack, or its subscriber, is deleted: the filters go. */
export interface Removal {
  readonly kind: "deleted";
  readonly request: StackRequest;
  readonly part: number;
  readonly after?: string;
  /** When it began. */
  readonly sinceMs: number;
  /** How many filters are known to be left, of all parts so far. */
  readonly unmet: number;
}

/** Under this name an invocation tells the next one to go on. */
const CONTINUE = "sidecarlessContinue";

export const asEvent = (work: Work): string => JSON.stringify({ [CONTINUE]: work });

/** What an event asks for. Whatever is not known, such as the schedule's or a person's `{}`, asks for all. */
export function workOf(event: unknown, nowMs: number): Work {
  const fields = fieldsOf(event);
  const next = fieldsOf(fields[CONTINUE]);
  if (next.kind === "all" || next.kind === "deleted") return next as unknown as Work;

  const { RequestType, ResponseURL, ...rest } = fields;
  if (typeof RequestType === "string" && typeof ResponseURL === "string") {
    const request = { RequestType, ResponseURL, ...rest } as unknown as StackRequest;
    return RequestType === "Delete"
      ? { kind: "deleted", request, part: 1, sinceMs: nowMs, unmet: 0 }
      : { kind: "deployed", request };
  }
  const logGroup = logGroupOf(fieldsOf(fieldsOf(fields.detail).requestParameters));
  if (logGroup !== undefined) return { kind: "one", logGroup };
  return { kind: "all", part: 1, ...(fields.dryRun === true && { dryRun: true }) };
}

/** The one that a call to CloudWatch Logs was about, as CloudTrail tells it. */
function logGroupOf({ logGroupName, resourceArn }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof logGroupName === "string") return logGroupName;
  return /^arn:[^:]+:logs:[^:]+:\d{12}:log-group:([^:]+)/.exec(String(resourceArn))?.[1];
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
