import { CfnOutput, type Stack } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { VERSION } from "../../../functions/version.ts";

interface Told {
  readonly function: LambdaFunction;
  readonly replayer: LambdaFunction;
  readonly bucket: IBucket;
  readonly functionArn: string;
  readonly filterName: string;
}

/** The outputs of a stack that has a forwarder, with CDK or without. */
export function tellForwarder(stack: Stack, forwarder: Told, subscriber?: { readonly function: LambdaFunction }): void {
  const outputs = {
    FunctionName: forwarder.function.functionName,
    ReplayerName: forwarder.replayer.functionName,
    BucketName: forwarder.bucket.bucketName,
    // What Forwarder.fromFunctionArn() takes in another app.
    FunctionArn: forwarder.functionArn,
    Version: VERSION,
    FilterName: forwarder.filterName,
    ...(subscriber && { SubscriberName: subscriber.function.functionName }),
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
}
