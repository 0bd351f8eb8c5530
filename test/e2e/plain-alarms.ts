import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; Properties: Record<string, unknown> }>>;
}

/**
 * MiniStack takes no alarms on expressions, and refuses the whole stack for one. In a synthesized stack this gives each
 * a plain metric instead; nothing else is touched. The tests of the templates cover what these alarms watch.
 *
 * @param assembly the folder that `cdk synth` wrote
 * @returns the alarms that were changed
 */
export function plainAlarms(assembly: string, stackName: string): string[] {
  const templateFile = path.join(assembly, `${stackName}.template.json`);
  const template = JSON.parse(readFileSync(templateFile, "utf8")) as Template;
  const changed: string[] = [];
  for (const [name, resource] of Object.entries(template.Resources)) {
    if (resource.Type !== "AWS::CloudWatch::Alarm" || !resource.Properties.Metrics) continue;
    const { Metrics, ...others } = resource.Properties;
    const standIn = { Namespace: "NotInMiniStack", MetricName: "Expression", Period: 300, Statistic: "Sum" };
    resource.Properties = { ...others, ...standIn };
    changed.push(name);
  }
  if (changed.length > 0) writeTemplate(assembly, stackName, templateFile, JSON.stringify(template));
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
