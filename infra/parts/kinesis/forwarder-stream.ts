import type { IRole } from "aws-cdk-lib/aws-iam";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { EventSourceMapping, IFunction } from "aws-cdk-lib/aws-lambda";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct, IDependable } from "constructs";
import { outermostStack } from "../subscriptions/own-name.ts";
import type { SubscriptionTarget } from "../subscriptions/subscription-target.ts";
import { filterNameOf } from "../subscriptions/subscriptions.ts";
import type { LogStream } from "./log-stream.ts";
import { organizationDestination } from "./organization-destination.ts";
import type { KinesisProps } from "./props.ts";
import { readStream } from "./read-stream.ts";

/** The stream that a forwarder reads. */
export interface ForwarderStream {
  readonly stream: IStream;
  /** In it CloudWatch Logs writes to the stream. */
  readonly writer: IRole;
  readonly eventSource: EventSourceMapping;
  /** What accounts of the organisation send to, if one was named. */
  readonly destinationArn?: string;
  readonly target: SubscriptionTarget;
  /** What must be there before a filter. */
  readonly ready: readonly IDependable[];
}

export interface ForwarderStreamProps extends KinesisProps {
  readonly logStream: LogStream;
  readonly function: IFunction;
  readonly bucket: IBucket;
}

/** @param forwarder whose name the destination for other accounts gets */
export function forwarderStream(forwarder: Construct, { logStream, ...props }: ForwarderStreamProps): ForwarderStream {
  const { stream, writer } = logStream;
  const eventSource = readStream(logStream, "EventSource", { ...props, stream });
  const { organizationId, distribution = "ByLogStream" } = props;
  // As for the function: stacks that use them are deployed later.
  for (const arn of [stream.streamArn, writer.roleArn]) outermostStack(forwarder).exportValue(arn);
  return {
    stream,
    writer,
    eventSource,
    destinationArn:
      organizationId === undefined
        ? undefined
        : organizationDestination(logStream, "Destination", {
            name: filterNameOf(forwarder),
            organizationId,
            logStream,
          }),
    target: { destinationArn: stream.streamArn, roleArn: writer.roleArn, distribution },
    // The reader, too, so that nothing waits in the stream for a deployment that fails.
    ready: [writer, eventSource],
  };
}
