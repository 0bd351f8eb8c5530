import { builtin } from "../builtin.ts";
import { asCode, codeOf } from "../error-code.ts";
import { sdkAgents } from "../proxy-agent.ts";
import type { ProxySettings } from "../settings/proxy.ts";

export type Invoked =
  /** All of it is delivered, or stored, or dropped by a rule. */
  | { readonly status: "taken" }
  /** The forwarder failed. `isWell`: it works, but neither the intake nor the store does, or a setting is wrong. */
  | { readonly status: "failed"; readonly reason: string; readonly isWell: boolean }
  /** Lambda did not run it, or nobody knows. */
  | { readonly status: "not invoked"; readonly reason: string };

/** Never throws. */
export type Invoke = (event: unknown, timeoutMs: number) => Promise<Invoked>;

/**
 * Invokes the forwarder and waits for its answer. So Lambda neither tries again nor writes an event that fails another time:
 * whoever gave it still has it. The SDK is loaded with the first call.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html (2026-11)
 * @param functionName or ARN
 */
export function forwarderInvoker(functionName: string, proxy?: ProxySettings): Invoke {
  let loading: ReturnType<typeof load> | undefined;
  const load = async () => {
    const sdk = await import("@aws-sdk/client-lambda");
    // One attempt: a second one of the SDK's would deliver twice what the first may have delivered.
    const client = new sdk.LambdaClient({
      maxAttempts: 1,
      requestHandler: { ...sdkAgents(proxy), connectionTimeout: 2_000 },
    });
    return { sdk, client };
  };
  return async (event, timeoutMs) => {
    try {
      loading ??= load();
      const { sdk, client } = await loading;
      const command = new sdk.InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) });
      // It takes whole milliseconds only.
      const abortSignal = AbortSignal.timeout(Math.max(1, Math.floor(timeoutMs)));
      const { FunctionError, Payload } = await client.send(command, { abortSignal });
      const answer = Buffer.from(Payload ?? []).toString();
      return FunctionError === undefined ? answered(answer) : failed(answer);
    } catch (error) {
      // Neither message nor cause: they could carry the request.
      return { status: "not invoked", reason: `lambda ${codeOf(error)}` };
    }
  };
}

/** For a Kinesis batch it says which records it could not take; for everything else it would have failed. */
function answered(answer: string): Invoked {
  const { batchItemFailures } = fieldsOf(answer);
  const isHandedBack = Array.isArray(batchItemFailures) && batchItemFailures.length > 0;
  return isHandedBack ? { status: "failed", reason: "handed back", isWell: true } : { status: "taken" };
}

/** What the forwarder throws on purpose: every event would fare the same. */
const OUR_ERRORS = new Set(["HandedBackError", "ConfigError", "RulesError"]);

function failed(answer: string): Invoked {
  const errorType = asCode(fieldsOf(answer).errorType);
  return { status: "failed", reason: `forwarder ${errorType}`, isWell: OUR_ERRORS.has(errorType) };
}

function fieldsOf(answer: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(answer);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** A message with which CloudWatch Logs itself checks a subscription: nothing is delivered. */
export function testEvent(): unknown {
  const message = {
    messageType: "CONTROL_MESSAGE",
    owner: "CloudwatchLogs",
    logGroup: "",
    logStream: "",
    subscriptionFilters: [],
    logEvents: [
      { id: "", timestamp: 0, message: "CWL CONTROL MESSAGE: Checking health of destination Kinesis stream." },
    ],
  };
  const data = builtin("node:zlib").gzipSync(JSON.stringify(message)).toString("base64");
  return { awslogs: { data } };
}
