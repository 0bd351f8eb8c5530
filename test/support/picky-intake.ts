import type { Fault } from "../../functions/recorder/faults.ts";
import type { IntakeRequest } from "../../functions/recorder/intake-contract.ts";
import type { RecorderSettings } from "../../functions/recorder/record.ts";
import { serveRecorder } from "../../functions/recorder/server.ts";
import { type Intake, startIntake } from "./forwarder.ts";

export interface PickyIntake extends Intake {
  /** All that it got, whatever it answered. */
  readonly requests: readonly IntakeRequest[];
  /** `Content-Encoding` of each request, in turn. */
  readonly encodings: () => unknown[];
}

/** An intake that treats some requests otherwise, by what is in them; the others as the recorder does. */
export async function startPickyIntake(
  faultOf: (request: IntakeRequest) => Fault | undefined,
  settings: RecorderSettings = {},
): Promise<PickyIntake> {
  const { recorder, server: plain, environment } = await startIntake(settings);
  await plain.stop();
  const requests: IntakeRequest[] = [];
  const picky: typeof recorder = {
    ...recorder,
    reply: (request, fault) => {
      requests.push(request);
      return recorder.reply(request, faultOf(request) ?? fault);
    },
  };
  const server = await serveRecorder(picky, 0);
  return {
    recorder,
    server,
    environment: { ...environment, DD_PORT: String(server.port) },
    requests,
    encodings: () => requests.map(({ headers }) => headers["content-encoding"]),
  };
}

/** Answers so to bodies in zstd: what an intake, or a proxy before it, may do that doesn't know it. */
export const refusesZstd =
  (status: number) =>
  ({ headers }: IntakeRequest): Fault | undefined =>
    headers["content-encoding"] === "zstd" ? { kind: "status", status } : undefined;
