/** A template as CDK writes it, made one that stands alone: no bootstrap, no CDK, any stack name. */

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: unknown }>>;
  readonly [section: string]: unknown;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

/**
 * @param stackName that the template was made with: wherever it stands, the name of the deployed stack comes
 * @param folderOf where the code of a function is, seen from the template, which `aws cloudformation package` and `sam` upload
 */
export function portable(template: Template, stackName: string, folderOf: (bundle: string) => string): Template {
  const { Resources, Outputs = {}, Rules: _, ...rest } = template;
  const resources = Object.entries(Resources).map(([id, { Metadata: _metadata, ...resource }]) => {
    const isFunction = resource.Type === "AWS::Lambda::Function";
    const Properties = isFunction
      ? { ...resource.Properties, Code: folderOf(bundleOf(Resources, id)) }
      : resource.Properties;
    return [id, { ...resource, ...(Properties && { Properties }) }];
  });
  // Exports are for other stacks of the same app.
  const outputs = Object.entries(Outputs).filter(([, { Export }]) => Export === undefined);
  const portableTemplate = { ...rest, Resources: Object.fromEntries(resources), Outputs: Object.fromEntries(outputs) };
  return withStackName(portableTemplate, stackName) as Template;
}

/** Each function has a log group of its own, which ends in the bundle's name. */
function bundleOf(resources: Template["Resources"], id: string): string {
  const logging = resources[id]?.Properties?.LoggingConfig as { LogGroup?: { Ref?: string } } | undefined;
  const name = resources[logging?.LogGroup?.Ref ?? ""]?.Properties?.LogGroupName;
  const bundle = typeof name === "string" ? name.split("/").at(-1) : undefined;
  if (!bundle) throw new Error(`The function ${id} has no log group that tells which bundle it is.`);
  return bundle;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html (2026-11) */
function withStackName(value: unknown, stackName: string): unknown {
  if (typeof value === "string") {
    if (!value.includes(stackName)) return value;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's, not JavaScript's
    return { "Fn::Sub": value.replaceAll("${", "${!").replaceAll(stackName, "${AWS::StackName}") };
  }
  if (Array.isArray(value)) return value.map((item) => withStackName(item, stackName));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withStackName(item, stackName)]));
}
