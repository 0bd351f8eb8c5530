import { ArnFormat, Stack } from "aws-cdk-lib";
import { PolicyDocument } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { OWN_LOG_GROUPS } from "../../../functions/records/own-log-groups.ts";
import { hasStream } from "../kinesis/props.ts";
import { statementOf } from "../rights.ts";
import { outermostStack } from "../subscriptions/own-name.ts";
import type { ForwarderProps } from "./props.ts";
import { functionRights } from "./rights.ts";

/** Names of what may not exist yet. */
export interface RolePoliciesProps extends ForwarderProps {
  /** @default the one in `store.bucket`, or any that CloudFormation names for the stack */
  readonly bucketArn?: string;
  /** Of the functions' own log groups. @default any that a forwarder of the stack has */
  readonly logGroupArn?: string;
  /** Of the forwarder, which the replayer invokes. @default any function that CloudFormation names for the stack */
  readonly forwarderArn?: string;
  /** With `via: "kinesis"` or `kinesis`. @default any that CloudFormation names for the stack */
  readonly streamArn?: string;
}

export interface RolePolicies {
  readonly forwarder: PolicyDocument;
  readonly replayer: PolicyDocument;
}

/** What the roles of a forwarder must allow, from the same list as the policies of those it makes itself. */
export function rolePolicies(scope: Construct, props: RolePoliciesProps): RolePolicies {
  const stack = Stack.of(scope);
  const { store = {} } = props;
  const bucketArn = props.bucketArn ?? store.bucket?.bucketArn ?? bucketsOf(stack);
  const logGroupArn = props.logGroupArn ?? logGroupsOf(stack);
  const encryptionKeyArn = (store.encryptionKey ?? store.bucket?.encryptionKey)?.keyArn;
  const streamArn = hasStream(props) ? (props.streamArn ?? streamsOf(stack)) : undefined;
  const forwarderArn = props.forwarderArn ?? functionsOf(stack);
  const places = { bucketArn, logGroupArn, encryptionKeyArn, streamArn, forwarderArn };
  const document = (which: keyof RolePolicies) =>
    new PolicyDocument({ statements: functionRights(scope, which, props, places).map(statementOf) });
  return { forwarder: document("forwarder"), replayer: document("replayer") };
}

/** CloudFormation begins the names of buckets with the stack's, in lower case. */
function bucketsOf(stack: Stack): string {
  const resource = `${stack.stackName.toLowerCase()}-*`;
  return stack.formatArn({ service: "s3", region: "", account: "", resource, arnFormat: ArnFormat.NO_RESOURCE_NAME });
}

/** CloudFormation begins their names with the stack's. */
const functionsOf = (stack: Stack) =>
  stack.formatArn({
    service: "lambda",
    resource: "function",
    resourceName: `${outermostStack(stack).stackName}-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** CloudFormation begins their names with the stack's, too. */
const streamsOf = (stack: Stack) =>
  stack.formatArn({ service: "kinesis", resource: "stream", resourceName: `${stack.stackName}-*` });

function logGroupsOf(stack: Stack): string {
  const resourceName = `${OWN_LOG_GROUPS}${outermostStack(stack).stackName}/*`;
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return stack.formatArn({ service: "logs", resource: "log-group", resourceName, arnFormat });
}
