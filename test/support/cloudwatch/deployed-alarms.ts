import type { Template } from "aws-cdk-lib/assertions";
import { readable } from "../templates.ts";
import type { AlarmProperties } from "./alarm-states.ts";

export interface DeployedAlarm extends AlarmProperties {
  readonly AlarmDescription: string;
}

/** What the functions of a Forwarder called `Forwarder` are called in the properties of its alarms. */
export const FORWARDER = "<ForwarderFunction>";
export const REPLAYER = "<ForwarderReplayer>";
/** Of a LogGroupSubscriber called `Subscriber`. */
export const SUBSCRIBER = "<SubscriberFunction>";
/** And what its stream and its event source are called. */
export const STREAM = "<ForwarderKinesisStream>";
export const EVENT_SOURCE = "<ForwarderKinesisEventSource>";

/** The alarms of a template by their ids, references resolved as `readable` does: of several for filters, that of the usual name. */
export function alarmsOf(template: Template): Readonly<Record<string, DeployedAlarm>> {
  const resources = Object.values(template.findResources("AWS::CloudWatch::Alarm"));
  const alarms: Record<string, DeployedAlarm> = {};
  for (const { Properties } of resources) {
    const alarm = resolved(Properties) as DeployedAlarm;
    alarms[idOf(alarm)] ??= alarm;
  }
  return alarms;
}

/** The section that an alarm's description names, which is its id. */
export function idOf({ AlarmDescription }: { readonly AlarmDescription: string }): string {
  const [, section = AlarmDescription] =
    /What to do: (?:see the section |\S+#)([a-z-]+)(?: of docs\/operations\.md in the npm package sidecarless\.)?$/.exec(
      AlarmDescription,
    ) ?? [];
  return section;
}

function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== "object" || value === null) return value;
  const names = Object.keys(value);
  if (names.length === 1 && /^Ref$|^Fn::/.test(names[0] ?? "")) return readable(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, resolved(part)]));
}
