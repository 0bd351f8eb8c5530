import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import type { Report } from "../../functions/metrics/report.ts";
import { asked } from "../aws-call.ts";

/** The forwarder did not take a delivery. The message says what to do. */
export class ForwarderError extends Error {
  override readonly name = "ForwarderError";
}

/** Hands an event to the forwarder, waits for it, and returns its report. */
export type InvokeForwarder = (event: unknown) => Promise<Report>;

/** @param functionName name or ARN */
export function forwarderAt(client: LambdaClient, functionName: string): InvokeForwarder {
  return async (event) => {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) });
    const { FunctionError, Payload } = await asked("lambda:InvokeFunction", client.send(command));
    const answer: unknown = Payload && JSON.parse(Buffer.from(Payload).toString("utf8"));
    if (FunctionError !== undefined) {
      // Its message is not shown: another function than ours may say anything there.
      const type = String((answer as { errorType?: unknown } | null)?.errorType ?? FunctionError);
      throw Object.assign(
        new ForwarderError(
          `The function ${functionName} failed with ${type}: its log group says why. Nothing is lost.`,
        ),
        // Neither intake nor store took it, or the time was too short: another time they may.
        { code: /HandedBack|Timedout|ExitError/.test(type) ? "ServiceException" : "" },
      );
    }
    if (!isReport(answer)) {
      throw new ForwarderError(
        `The function ${functionName} does not answer with sidecarless' report. Is it the forwarder? Name it with --function.`,
      );
    }
    return answer;
  };
}

const isReport = (answer: unknown): answer is Report =>
  typeof answer === "object" && answer !== null && "received" in answer && "delivered" in answer;
