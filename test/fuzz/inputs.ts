import { gunzipSync, gzipSync } from "node:zlib";
import { eventIds } from "../../tools/cloudwatch.ts";
import { sampleDeliveries } from "../../tools/start/sample-deliveries.ts";
import { kinesisBatch } from "../support/kinesis.ts";
import { type Draw, mutated, oneOf } from "./mutate.ts";

/** Real deliveries, small ones: JSON as CloudWatch Logs writes it. */
const documents = sampleDeliveries(Date.now(), eventIds(Date.now()))
  .filter(({ eventCount }) => eventCount < 1_000)
  .map(({ event }) => gunzipSync(Buffer.from(event.awslogs.data, "base64")));

const TASK_EVENT = {
  id: "8f07966c",
  source: "aws.ecs",
  "detail-type": "ECS Task State Change",
  time: "2026-11-22T10:00:00Z",
  detail: {
    taskArn: "arn:aws:ecs:eu-west-1:111122223333:task/prod/0123456789abcdef0123456789abcdef",
    clusterArn: "arn:aws:ecs:eu-west-1:111122223333:cluster/prod",
    taskDefinitionArn: "arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:7",
    group: "service:shop",
    lastStatus: "STOPPED",
    stoppedReason: "Essential container in task exited",
    version: 5,
    containers: [{ name: "app", runtimeId: "1-1", exitCode: 137, reason: "OutOfMemoryError" }],
    tags: [{ key: "team", value: "shop" }],
  },
};

/** What may invoke the function: real events, of every trigger, with something wrong in one of their layers. */
export function nextEvent(draw: Draw): unknown {
  const data = () => {
    const document = Buffer.concat(
      Array.from({ length: 1 + (draw(4) === 0 ? draw(3) : 0) }, () => oneOf(draw, documents)),
    );
    const json = draw(3) > 0 ? mutated(document, draw) : document;
    const gzip = gzipSync(json, { level: 1 });
    return (draw(8) === 0 ? mutated(gzip, draw) : gzip).toString("base64");
  };
  const event = oneOf<() => unknown>(draw, [
    () => ({ awslogs: { data: data() } }),
    () => ({ awslogs: { data: data() } }),
    () => kinesisBatch(Array.from({ length: 1 + draw(6) }, data)),
    () => TASK_EVENT,
  ])();
  return draw(3) === 0 ? (mutatedJson(event, draw) ?? event) : event;
}

/** The event with its JSON mutated; undefined if that is no JSON any more: Lambda would not invoke with it. */
function mutatedJson(event: unknown, draw: Draw): unknown {
  try {
    return JSON.parse(mutated(Buffer.from(JSON.stringify(event)), draw).toString("utf8"));
  } catch {
    return undefined;
  }
}
