import { type FaultPlan, parseFaultPlan } from "./faults.ts";
import type { IntakeRequest } from "./intake-contract.ts";
import { json, type Reply } from "./reply.ts";

/** What of a recorder can be asked for and changed over HTTP. */
interface Controlled {
  readonly summary: () => unknown;
  readonly entries: () => unknown;
  readonly setFaults: (plan: FaultPlan | undefined) => void;
  readonly clear: () => void;
}

/** Everything under it is for the one who runs the recorder; the intake has no such path. */
export const CONTROL_PATH = "/recorder/";

/**
 * `GET /recorder/summary`, `GET /recorder/entries`, `PUT /recorder/faults` (a plan as JSON, or `null`),
 * `DELETE /recorder/entries`. If the recorder has a key, these want it too.
 */
export function control(
  { method, path, headers, body }: IntakeRequest,
  recorder: Controlled,
  apiKey: string | undefined,
): Reply {
  if (apiKey !== undefined && headers["dd-api-key"] !== apiKey) return json(403, { error: "wrong or no DD-API-KEY" });
  switch (`${method} ${path}`) {
    case "GET /recorder/summary":
      return json(200, recorder.summary());
    case "GET /recorder/entries":
      return json(200, recorder.entries());
    case "DELETE /recorder/entries":
      recorder.clear();
      return json(200, {});
    case "PUT /recorder/faults":
      return putFaults(body, recorder);
    default:
      return json(404, { error: "see GET /recorder/summary, GET or DELETE /recorder/entries, PUT /recorder/faults" });
  }
}

function putFaults(body: Uint8Array, recorder: Controlled): Reply {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return json(400, { error: "a fault plan is JSON" });
  }
  const plan = value === null ? undefined : parseFaultPlan(value);
  if (typeof plan === "string") return json(400, { error: plan });
  recorder.setFaults(plan);
  return json(200, {});
}
