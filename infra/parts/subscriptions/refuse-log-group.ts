import { Stack, Stage, Token } from "aws-cdk-lib";
import { type ILogGroup, LogGroupClass } from "aws-cdk-lib/aws-logs";
import type { IConstruct } from "constructs";
import { isOwnLogGroup } from "../../../functions/records/own-log-groups.ts";
import { knownName, resourceOf } from "./log-group-name.ts";
import { type Place, placeText, sameRegion } from "./same-region.ts";

/** @throws if CloudWatch Logs would refuse the subscription, or deliver for ever, as far as that is known at synth. */
export function refuseLogGroup(logGroup: ILogGroup, forwarder: IConstruct, place: Place): void {
  const problem =
    ofOwnFunction(logGroup) ??
    ofOtherClass(logGroup) ??
    ofOtherStage(logGroup, forwarder) ??
    ofOtherRegion(logGroup, place);
  if (problem) throw new Error(`${nameIn(logGroup)} can't be subscribed to ${forwarder.node.path}: ${problem}`);
}

/** For messages. */
export const nameIn = (logGroup: ILogGroup) => {
  const name = knownName(logGroup);
  return name === undefined ? `The log group ${logGroup.node.path}` : `The log group ${name} (${logGroup.node.path})`;
};

function ofOwnFunction(logGroup: ILogGroup): string | undefined {
  const name = knownName(logGroup);
  return name !== undefined && isOwnLogGroup(name)
    ? "it is a log group of sidecarless itself. Each delivery would write a line there, and two forwarders that deliver each other's lines never end. Leave it out; the forwarder's metrics say the same."
    : undefined;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html (2026-11) */
function ofOtherClass(logGroup: ILogGroup): string | undefined {
  const logGroupClass = resourceOf(logGroup)?.logGroupClass;
  return logGroupClass === undefined || Token.isUnresolved(logGroupClass) || logGroupClass === LogGroupClass.STANDARD
    ? undefined
    : `its class is ${logGroupClass}, and only log groups of class STANDARD have subscriptions. The class of a log group can't be changed: make another one.`;
}

function ofOtherStage(logGroup: ILogGroup, forwarder: IConstruct): string | undefined {
  return Stage.of(logGroup) === Stage.of(forwarder)
    ? undefined
    : "they are in different stages, and CDK lets no value cross. Use Forwarder.fromFunctionArn() in the log group's stage.";
}

/** CloudWatch Logs invokes functions of the log group's own account and region only. */
function ofOtherRegion(logGroup: ILogGroup, place: Place): string | undefined {
  // By its ARN a log group may be of another region than the stack that names it, where its filter would stand.
  const wrong = [logGroup.env, Stack.of(logGroup).env].find((its) => sameRegion(its, place) === "no");
  return wrong
    ? `CloudWatch Logs delivers within one account and region only. The forwarder is in ${placeText(place)}; the log group, or the stack that its filter would stand in, is in ${placeText(wrong)}. Put a forwarder there.`
    : undefined;
}
