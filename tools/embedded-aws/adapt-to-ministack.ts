import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

export interface Template {
  readonly Resources: Record<string, Resource>;
}

interface Resource {
  readonly Type: string;
  Properties: Record<string, unknown>;
  DependsOn?: string[];
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
 * @param intake for a stack that sends to a load balancer of its own: that is there in AWS only
 * @returns what was changed, for the run to say
 */
export function adaptToMinistack(assembly: string, stackName: string, intake?: Intake): string[] {
  const templateFile = path.join(assembly, `${stackName}.template.json`);
  const template = JSON.parse(readFileSync(templateFile, "utf8")) as Template;
  const { changed, notes } = adaptTemplate(template);
  const senders = intake ? sendTo(template, intake) : 0;
  if (changed + senders > 0) writeTemplate(assembly, stackName, templateFile, JSON.stringify(template));
  return notes;
}

/** The same for a template alone. @returns in how many places it was changed, and what there is to say of it */
export function adaptTemplate(template: Template): { readonly changed: number; readonly notes: string[] } {
  const alarms = plainAlarms(template);
  const policies = allowMore(template, "ecs:DescribeTasks", byCluster);
  const listings = allowMore(template, "logs:DescribeLogGroups", () => "*");
  const rules = withoutGroupRules(template);
  const secrets = secretsByArn(template);
  const notes = [
    ...(alarms > 0 ? [`has no alarms on expressions, so ${alarms} have a plain metric here`] : []),
    ...(policies > 0 ? ["checks DescribeTasks against the cluster, not the task, so that is allowed here, too"] : []),
    ...(listings > 0 ? ["checks DescribeLogGroups against no log groups, but *, so that is allowed here"] : []),
    ...(rules > 0 ? [`has no rules between security groups, so ${rules} are left out`] : []),
    ...(secrets > 0
      ? ["takes a reference to a secret for its name, and generates any characters: told otherwise"]
      : []),
  ];
  return { changed: alarms + policies + listings + rules + secrets, notes };
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

/** MiniStack refuses the whole stack for them; nothing there has a network that they would hold for. */
function withoutGroupRules(template: Template): number {
  const isRule = ({ Type }: Resource) => /^AWS::EC2::SecurityGroup(Ingress|Egress)$/.test(Type);
  const rules = Object.keys(template.Resources).filter((id) => isRule(template.Resources[id] as Resource));
  for (const id of rules) delete template.Resources[id];
  for (const resource of Object.values(template.Resources)) {
    if (!resource.DependsOn) continue;
    resource.DependsOn = [resource.DependsOn].flat().filter((id) => !rules.includes(id));
  }
  return rules.length;
}

const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/** What `Ref` is in AWS, the ARN, is another attribute in MiniStack, which does not know `ExcludePunctuation`, either. */
function secretsByArn(template: Template): number {
  const secrets = Object.entries(template.Resources).filter(([, { Type }]) => Type === "AWS::SecretsManager::Secret");
  for (const [id, secret] of secrets) {
    Object.assign(secret.Properties.GenerateSecretString ?? {}, { ExcludeCharacters: PUNCTUATION });
    for (const resource of Object.values(template.Resources)) {
      const text = JSON.stringify(resource.Properties ?? {});
      resource.Properties = JSON.parse(text.replaceAll(`{"Ref":"${id}"}`, `{"Fn::GetAtt":["${id}","Id"]}`));
    }
  }
  return secrets.length;
}

interface Statement {
  readonly Action: string | readonly string[];
  Resource: unknown;
}

/** In AWS the right to describe tasks is on the task; MiniStack looks for it on the task's cluster. */
const byCluster = (resource: unknown): unknown => JSON.parse(JSON.stringify(resource).replace(":task/*", ":cluster/*"));

/** Allows an action on one more resource, wherever it is allowed. @returns in how many statements */
function allowMore(template: Template, action: string, more: (resource: unknown) => unknown): number {
  let changed = 0;
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== "AWS::IAM::Policy") continue;
    for (const statement of (Properties.PolicyDocument as { Statement: Statement[] }).Statement) {
      if (![statement.Action].flat().includes(action)) continue;
      statement.Resource = [statement.Resource, more(statement.Resource)];
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
