import {
  CfnCondition,
  CfnParameter,
  type CfnResource,
  DefaultStackSynthesizer,
  Duration,
  Fn,
  Stack,
  Token,
} from "aws-cdk-lib";
import type { IAlarmAction } from "aws-cdk-lib/aws-cloudwatch";
import type { CfnFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnLogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { VERSION } from "../../functions/version.ts";
import { ForwarderAlarms } from "../constructs/alarms.ts";
import { ForwarderDashboard } from "../constructs/dashboard.ts";
import { Forwarder } from "../constructs/forwarder.ts";
import { LogGroupSubscriber } from "../constructs/log-group-subscriber.ts";
import { acknowledge } from "../parts/acknowledge.ts";
import { tellForwarder } from "../parts/forwarder/outputs.ts";
import { PARAMETER_NAMES, PARAMETERS, type ParameterName, type ParameterRow } from "./parameters.ts";

/** Stands for the stack's name, which only whoever deploys the template knows. */
export const STACK_NAME_PLACEHOLDER = "sidecarless-stack-name";

/** The forwarder as a template for those who don't use CDK: what settings say elsewhere, parameters say here. */
export class PackagedStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: `sidecarless ${VERSION}: CloudWatch Logs to Datadog, every event accounted for`,
      stackName: STACK_NAME_PLACEHOLDER,
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
      analyticsReporting: false,
    });
    const parameters = Object.fromEntries(PARAMETER_NAMES.map((name) => [name, this.newParameter(name)])) as Record<
      ParameterName,
      CfnParameter
    >;
    this.groupParameters();
    for (const finding of NO_FAULTS) acknowledge(this, finding);

    const secret = Secret.fromSecretCompleteArn(this, "ApiKey", parameters.ApiKeySecretArn.valueAsString);
    const forwarder = new Forwarder(this, "Forwarder", {
      apiKey: { secret },
      metadata: { ecs: true },
      storedLogsExpireAfter: Duration.days(parameters.StoredLogsExpireAfterDays.valueAsNumber),
    });
    const subscriber = new LogGroupSubscriber(this, "LogGroupSubscriber", { to: forwarder, include: ["*"] });
    this.setRule(subscriber, parameters);
    const alarms = new ForwarderAlarms(this, "Alarms", {
      forwarder,
      subscriber,
      actions: [this.actionOf(parameters.AlarmTopicArn)],
    });
    new ForwarderDashboard(this, "Dashboard", { forwarder, alarms });
    this.setFunctions([forwarder.function, forwarder.replayer], parameters);
    this.setReservedConcurrency(forwarder.function, parameters.ReservedConcurrency);

    tellForwarder(this, forwarder, subscriber);
  }

  private newParameter(name: ParameterName): CfnParameter {
    const row: ParameterRow = PARAMETERS[name];
    return new CfnParameter(this, name, {
      type: row.type,
      description: row.description,
      default: row.allowedValues ? String(row.default) : row.default,
      allowedPattern: row.allowedPattern,
      constraintDescription: row.constraint,
      allowedValues: row.allowedValues?.map(String),
      minValue: row.minValue,
      maxValue: row.maxValue,
    });
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-interface.html (2026-11) */
  private groupParameters(): void {
    const groups = [...new Set(PARAMETER_NAMES.map((name) => PARAMETERS[name].group))];
    this.templateOptions.metadata = {
      "AWS::CloudFormation::Interface": {
        ParameterGroups: groups.map((group) => ({
          Label: { default: group },
          Parameters: PARAMETER_NAMES.filter((name) => PARAMETERS[name].group === group),
        })),
        ParameterLabels: Object.fromEntries(PARAMETER_NAMES.map((name) => [name, { default: PARAMETERS[name].label }])),
      },
    };
  }

  /** An alarm whose only action is none has none. */
  private actionOf(topic: CfnParameter): IAlarmAction {
    const isGiven = new CfnCondition(this, "TellsTopic", {
      expression: Fn.conditionNot(Fn.conditionEquals(topic.valueAsString, "")),
    });
    const action = Fn.conditionIf(isGiven.logicalId, topic.valueAsString, NO_VALUE);
    return { bind: () => ({ alarmActionArn: Token.asString(action) }) };
  }

  private setFunctions(functions: readonly LambdaFunction[], parameters: Record<ParameterName, CfnParameter>): void {
    for (const fn of functions) {
      for (const name of PARAMETER_NAMES) {
        const { variable }: ParameterRow = PARAMETERS[name];
        if (variable) fn.addEnvironment(variable, parameters[name].valueAsString);
      }
      (fn.node.defaultChild as CfnFunction).memorySize = parameters.MemoryMb.valueAsNumber;
    }
    for (const construct of this.node.findAll()) {
      if (construct instanceof CfnLogGroup) construct.retentionInDays = parameters.LogRetentionDays.valueAsNumber;
    }
  }

  /** Which log groups, its variables say; a file beside it would say it at synth. Another rule is a change of the filters. */
  private setRule(subscriber: LogGroupSubscriber, parameters: Record<ParameterName, CfnParameter>): void {
    const rule: string[] = [];
    for (const name of PARAMETER_NAMES) {
      const { subscriberVariable }: ParameterRow = PARAMETERS[name];
      if (!subscriberVariable) continue;
      subscriber.function.addEnvironment(subscriberVariable, parameters[name].valueAsString);
      rule.push(parameters[name].valueAsString);
    }
    const filters = subscriber.node.findChild("Filters").node.defaultChild as CfnResource;
    filters.addPropertyOverride("Rule", Fn.join("|", rule));
  }

  private setReservedConcurrency(fn: LambdaFunction, parameter: CfnParameter): void {
    const isGiven = new CfnCondition(this, "ReservesConcurrency", {
      expression: Fn.conditionNot(Fn.conditionEquals(parameter.valueAsNumber, 0)),
    });
    (fn.node.defaultChild as CfnFunction).addPropertyOverride(
      "ReservedConcurrentExecutions",
      Fn.conditionIf(isGiven.logicalId, parameter.valueAsNumber, NO_VALUE),
    );
  }
}

/** Of the validation that is part of CDK's synth. */
const NO_FAULTS = [
  {
    id: "CloudFormation-Validate::W1030",
    reason: "An empty topic's ARN is never used: a condition leaves the action out.",
  },
  { id: "CloudFormation-Validate::W2509", reason: "The ARN of a secret is none." },
];

const NO_VALUE = { Ref: "AWS::NoValue" };
