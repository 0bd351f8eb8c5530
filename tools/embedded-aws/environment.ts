import { type Arrival, createRecorder, type Recorder } from "../../functions/recorder/record.ts";
import { serveRecorder } from "../../functions/recorder/server.ts";
import { type Cloud, cloud } from "./cloud.ts";
import { type Deployment, deployment } from "./deployment.ts";
import { type EmbeddedAws, embeddedAws } from "./ministack.ts";
import { temporaryFolder } from "./programs.ts";

export const SECRET = "sidecarless/datadog-api-key";
export const API_KEY = "e2e-key";
export const LOG_GROUPS = ["/ecs/a", "/ecs/b"] as const;

/** An account with log groups and an API key in it, and an intake: all that a deployment needs to be there. */
export interface Environment {
  /** For whatever is written; removed at the end. */
  readonly folder: string;
  readonly aws: EmbeddedAws;
  readonly cloud: Cloud;
  readonly deployment: Deployment;
  readonly recorder: Recorder;
  readonly recorderUrl: string;
  /** As given to CDK with `-c`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Starts it on loopback. All of it ends with this process. */
export async function startEnvironment(
  say: (line: string) => void,
  onArrival?: (arrival: Arrival) => void,
): Promise<Environment> {
  const folder = temporaryFolder();
  const aws = await embeddedAws(folder, say);
  const recorder = createRecorder({ apiKey: API_KEY, ...(onArrival && { onArrival }) });
  const server = await serveRecorder(recorder, 0);
  const api = cloud(aws);
  await api.setSecret(SECRET, API_KEY);
  for (const logGroup of LOG_GROUPS) await api.createLogGroup(logGroup);
  return {
    folder,
    aws,
    cloud: api,
    deployment: deployment(aws, folder),
    recorder,
    recorderUrl: server.url,
    settings: {
      apiKeySecret: SECRET,
      logGroups: LOG_GROUPS.join(","),
      intakeHost: server.host,
      intakePort: String(server.port),
      intakeTls: "false",
      env: "e2e",
      tags: "team:logs",
    },
  };
}

/** The stream of an ECS task: `prefix/container/task id`. */
export const taskStream = (task: number) => `web/app/${taskId(task)}`;
export const taskId = (task: number) => task.toString(16).padStart(32, "0");
