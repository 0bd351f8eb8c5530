import type { v1 } from "@datadog/datadog-api-client";
import type { Choices } from "./choices.ts";

/** Events of ECS tasks, which the forwarder turns into logs (setting `taskEvents`). */
export const TASK_EVENTS = "source:ecs @ecs.lastStatus:*";

export const CAUSE = "ecs.cause";

/**
 * Why a task stopped, in a few words that can be counted. The first that fits counts. Words alone are looked for in the
 * message, which has the reasons of the task and of its containers.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html (2026-11)
 */
const CAUSES = [
  { name: "image not pulled", query: "@ecs.stoppedReason:CannotPull*" },
  { name: "secret, log or network not ready", query: "@ecs.stoppedReason:ResourceInitializationError*" },
  { name: "out of memory", query: "OutOfMemoryError" },
  { name: "unhealthy", query: '"health checks"' },
  { name: "spot capacity taken back", query: "@ecs.stopCode:SpotInterruption" },
  { name: "host taken away", query: "@ecs.stopCode:TerminationNotice" },
  { name: "failed to start", query: "@ecs.stopCode:TaskFailedToStart" },
  { name: "ended with an error", query: "@ecs.stopCode:EssentialContainerExited status:error" },
  { name: "ended", query: "@ecs.stopCode:EssentialContainerExited" },
  { name: "deployment or scaling", query: "@ecs.stopCode:ServiceSchedulerInitiated" },
  { name: "stopped by a person", query: "@ecs.stopCode:UserInitiated" },
] as const;

export function pipeline({ name }: Choices): v1.LogsPipeline {
  return {
    name: `sidecarless: events of ECS tasks (${name})`,
    isEnabled: true,
    filter: { query: TASK_EVENTS },
    processors: [
      {
        type: "category-processor",
        name: `Why a task stopped, as ${CAUSE}`,
        isEnabled: true,
        target: CAUSE,
        categories: CAUSES.map(({ name, query }) => ({ name, filter: { query } })),
      },
    ],
  };
}
