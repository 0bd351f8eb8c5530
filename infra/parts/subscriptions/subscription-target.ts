/** What a subscription filter, or an account-level policy, names as the place to deliver to. */
export interface SubscriptionTarget {
  /** ARN of a function, of a Kinesis stream, or of a logical destination (`AWS::Logs::Destination`). */
  readonly destinationArn: string;
  /** What CloudWatch Logs assumes to write there. A function has none: it has a permission. */
  readonly roleArn?: string;
  /** Which events share a shard of a stream. Not for a function. */
  readonly distribution?: "ByLogStream" | "Random";
}
