import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; Properties: Record<string, unknown> }>>;
}

/** Where functions are to send instead, over plain HTTP. */
export interface Intake {
  readonly host: string;
  readonly port: number;
}

/**
 * Changes a synthesized stack where MiniStack differs from AWS, and nowhere else; the tests of the templates cover what
 * is changed.
 *
 * @param assembly the folder that `cdk synth` wrote
 * @param intake for a stack that sends to a function URL of its own: that has a name in AWS only
 * @returns what was changed, for the run to say
 */
export function adaptToMinistack(assembly: string, stackName: string, intake?: Intake): string[] {
  const templateFile = path.join(assembly, `${stackName}.template.json`);
  const template = JSON.parse(readFileSync(templateFile, "utf8")) as Template;
  const alarms = plainAlarms(template);
  const policies = allowByCluster(template);
  const senders = intake ? sendTo(template, intake) : 0;
  if (alarms + policies + senders > 0) writeTemplate(assembly, stackName, templateFile, JSON.stringify(template));
  return [
    ...(alarms > 0 ? [`has no alarms on expressions, so ${alarms} have a plain metric here`] : []),
    ...(policies > 0 ? ["checks DescribeTasks against the cluster, not the task, so that is allowed here, too"] : []),
  ];
}

/** MiniStack refuses the whole stack for an alarm on an expression: each gets a plain metric instead. */
function plainAlarms(template: Template): number {
  let changed = 0;
  for (const resource of Object.values(template.Resources)) {
    if (resource.Type !== "AWS::CloudWatch::Alarm" || !resource.Properties.Metrics) continue;
    const { Metrics, ...others } = resource.Properties;
    const standIn = { Namespace: "NotInMiniStack", MetricName: "Expression", Period: 300, Statistic: "Sum" };
    resource.Properties = { ...others, ...standIn };
    changed += 1;
  }
  return changed;
}

interface Statement {
  readonly Action: string | readonly string[];
  Resource: unknown;
}

/** In AWS the right to describe tasks is on the task; MiniStack looks for it on the task's cluster. */
function allowByCluster(template: Template): number {
  let changed = 0;
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== "AWS::IAM::Policy") continue;
    for (const statement of (Properties.PolicyDocument as { Statement: Statement[] }).Statement) {
      if (![statement.Action].flat().includes("ecs:DescribeTasks")) continue;
      const clusters = JSON.parse(JSON.stringify(statement.Resource).replace(":task/*", ":cluster/*"));
      statement.Resource = [statement.Resource, clusters];
      changed += 1;
    }
  }
  return changed;
}

/** @returns how many functions send there now */
function sendTo(template: Template, { host, port }: Intake): number {
  let changed = 0;
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== "AWS::Lambda::Function") continue;
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    if (Variables.DD_URL === undefined) continue;
    Object.assign(Variables, { DD_URL: host, DD_PORT: String(port), DD_NO_SSL: "true" });
    changed += 1;
  }
  return changed;
}

/** The template is uploaded under its hash, and not again if that is there: a changed one needs another. */
function writeTemplate(assembly: string, stackName: string, templateFile: string, text: string): void {
  writeFileSync(templateFile, text);
  const assetsFile = path.join(assembly, `${stackName}.assets.json`);
  const { files } = JSON.parse(readFileSync(assetsFile, "utf8")) as {
    files: Record<string, { source: { path: string } }>;
  };
  const isTemplate = ([, file]: [string, { source: { path: string } }]) =>
    file.source.path === path.basename(templateFile);
  const hash = Object.entries(files).find(isTemplate)?.[0];
  if (hash === undefined) throw new Error(`${assetsFile} does not list ${path.basename(templateFile)}.`);
  const newHash = createHash("sha256").update(text).digest("hex");
  for (const file of [assetsFile, path.join(assembly, "manifest.json")]) {
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(hash, newHash));
  }
}
