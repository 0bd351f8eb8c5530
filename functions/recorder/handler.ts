import { setTimeout } from "node:timers/promises";
import type { Context, LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { readApiKey } from "../intake/api-key.ts";
import { apiKeyLocation } from "../settings/config.ts";
import { CONTROL_PATH, createRecorder, type Recorder } from "./record.ts";

// Init phase. If the environment names a key, only that one is right.
const location = apiKeyLocation(process.env);
let started: Recorder | undefined;

/** Fails if the key can't be read; the next request tries again. */
async function start(): Promise<Recorder> {
  return createRecorder({
    apiKey: location && (await readApiKey(location)),
    lenient: process.env.SIDECARLESS_RECORDER_LENIENT === "true",
    // Each sandbox counts for itself; its log has every arrival, for whoever adds them up.
    onArrival: (arrival) => process.stdout.write(`${JSON.stringify({ arrival })}\n`),
  });
}

/** Time kept to end a request that is meant to hang, before Lambda would end the sandbox. */
const HANG_RESERVE_MS = 500;

/** The recorder behind a Lambda function URL. A URL can't reset a connection: the answer is 502 instead. */
export async function handler(event: LambdaFunctionURLEvent, context: Context): Promise<LambdaFunctionURLResult> {
  started ??= await start();
  const recorder = started;
  const fault = event.rawPath.startsWith(CONTROL_PATH) ? undefined : recorder.nextFault();
  const reply = await recorder.reply(
    {
      method: event.requestContext.http.method,
      path: event.rawPath,
      headers: event.headers,
      body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
    },
    fault,
  );
  if (reply.delayMs > 0) await setTimeout(reply.delayMs);
  if (reply.delivery === "reset") return { statusCode: 502 };
  if (reply.delivery === "hang") {
    await setTimeout(Math.max(0, context.getRemainingTimeInMillis() - HANG_RESERVE_MS));
    return { statusCode: 504 };
  }
  return { statusCode: reply.status, headers: { ...reply.headers }, body: reply.body };
}
