import type { RunningPath } from "../path.ts";
import type { PathInfo } from "../result.ts";
import { type ForwarderPathSettings, type HandOver, openForwarderPath } from "./forwarder-path.ts";

export const LAMBDA_PATH: PathInfo = {
  id: "lambda",
  kind: "lambda",
  title: "Lambda",
  basis: "mixed",
  stages: [
    { id: "driver", title: "awslogs driver", basis: "modelled" },
    { id: "ingestion", title: "ingestion", basis: "modelled" },
    { id: "subscription", title: "subscription", basis: "modelled" },
    { id: "start", title: "Lambda start", basis: "measured" },
    { id: "forwarder", title: "forwarder", basis: "measured" },
    { id: "again", title: "retry, or store and replay", basis: "modelled" },
    { id: "network", title: "network", basis: "measured" },
  ],
};

/** Lambda tries a failed asynchronous invocation twice again. */
const MAX_ATTEMPTS = 3;

/** CloudWatch Logs invokes the function, for each delivery. */
const DIRECTLY: HandOver = {
  info: LAMBDA_PATH,
  retryWaitMs: (model) => model.get("lambda.retryDelayMs"),
  open:
    ({ invoke, signal }) =>
    async ({ attempts }, event) => {
      while (attempts.length < MAX_ATTEMPTS && !signal.aborted) {
        const attempt = await invoke(event);
        attempts.push(attempt);
        if (attempt.invoked.outcome.status === "returned") return;
      }
    },
};

export const openLambdaPath = (settings: ForwarderPathSettings): RunningPath => openForwarderPath(settings, DIRECTLY);
