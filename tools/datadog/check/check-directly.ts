import type { SentEntry } from "../../../functions/intake/payload.ts";
import { eventIds } from "../../cloudwatch.ts";
import type { CheckContext } from "./context.ts";
import { forwarderConfig, forwardLocally, type LocalRun } from "./forward-locally.ts";
import { adviceOn, checkIntake } from "./probe-intake.ts";

/** Such as an ECS task's, so that tags are made of them. */
const LOG_GROUP = "/ecs/sidecarless-check";
/** Not an account of anybody's. */
const ACCOUNT = "000000000000";

export const messageWith = (mark: string): string =>
  `Test log of sidecarless, written by its check. Nobody has to do anything. ${mark}`;

/** One marked log from here to the intake. @returns it, as it was sent; undefined if it was not taken */
export async function sendMarkedLog(context: CheckContext): Promise<SentEntry | undefined> {
  const { access, environment, hops, clock, mark } = context;
  const config = forwarderConfig(environment, access.apiKey);
  if (!(await checkIntake(context, config))) return undefined;
  const now = clock.now();
  const region = environment.AWS_REGION || "us-east-1";
  const run: LocalRun = {
    config,
    functionArn: `arn:aws:lambda:${region}:${ACCOUNT}:function:sidecarless-check`,
    stream: { account: ACCOUNT, logGroup: LOG_GROUP, logStream: `check/check/${mark.slice(-12).padStart(32, "0")}` },
    event: { id: eventIds(now)(), timestamp: now, message: messageWith(mark) },
  };
  const { entry, outcome, report } = await forwardLocally(run, clock);
  if (outcome.status === "delivered") {
    const notes = Object.keys(report.notes).map((note) => `; ${note}`);
    hops.add(
      "sent",
      "ok",
      `1 log in ${report.requests} request${report.requests === 1 ? "" : "s"}, ${report.bytesOut} bytes${notes.join("")}`,
    );
    return entry;
  }
  const { host, port } = config.intake;
  hops.add(
    "sent",
    "failed",
    `the intake answers "${outcome.reason}"`,
    adviceOn(outcome, `${host}:${port}`, access.site),
  );
  return undefined;
}
