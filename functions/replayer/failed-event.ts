/** As far as it is read here. */
interface InvocationRecord {
  /** Of an asynchronous invocation: the event. */
  readonly requestPayload?: unknown;
  /** Of a stream's batch: the event, as text. */
  readonly payload?: unknown;
}

/**
 * The event in an object that Lambda wrote when it gave up on one; undefined if it is none that the forwarder takes.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html ·
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html (2026-11)
 */
export function failedEvent(body: Uint8Array): unknown {
  const record = parsed(Buffer.from(body).toString()) as InvocationRecord | null | undefined;
  if (typeof record !== "object" || record === null) return undefined;
  const { requestPayload, payload } = record;
  const event = requestPayload ?? (typeof payload === "string" ? parsed(payload) : payload);
  return isForForwarder(event) ? event : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

interface EventLike {
  readonly awslogs?: { readonly data?: unknown };
  readonly Records?: unknown;
  readonly source?: unknown;
}

/** By the same signs as the forwarder's own triggers. */
function isForForwarder(event: unknown): boolean {
  const { awslogs, Records, source } = (event ?? {}) as EventLike;
  if (typeof awslogs?.data === "string" || source === "aws.ecs") return true;
  return Array.isArray(Records) && Records.some((record) => record?.eventSource === "aws:kinesis");
}
