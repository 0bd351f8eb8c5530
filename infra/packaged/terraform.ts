import { PARAMETER_NAMES, PARAMETERS, type ParameterName, type ParameterRow } from "./parameters.ts";

/** `ApiKeySecretArn` as Terraform's names are written: `api_key_secret_arn`. */
export const variableName = (parameter: ParameterName): string =>
  parameter.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

/** A text of HCL: what looks like a template of HCL's stays as it is. */
const quoted = (text: string) => JSON.stringify(text).replace(/[$%](?=\{)/g, (sign) => `${sign}${sign}`);

function variable(name: ParameterName): string {
  const row: ParameterRow = PARAMETERS[name];
  const lines = [
    `  description = ${quoted(row.description)}`,
    `  type        = ${row.type === "Number" ? "number" : "string"}`,
    ...(row.default === undefined ? [] : [`  default     = ${JSON.stringify(row.default)}`]),
  ];
  return `variable "${variableName(name)}" {\n${lines.join("\n")}\n}\n`;
}

/**
 * A module that uploads the functions and deploys the template beside it: one source for both, so nothing can be other in
 * Terraform than in CloudFormation.
 * @param bundles folders of the functions
 */
export function terraformModule(bundles: readonly string[], version: string): string {
  const parameters = PARAMETER_NAMES.map((name) => `    ${name} = var.${variableName(name)}`).join("\n");
  return `# sidecarless ${version}. Made by "npm run package" from the same table as template.yaml.

terraform {
  required_version = ">= 1.5"
  required_providers {
    archive = {
      source  = "hashicorp/archive"
      version = ">= 2.4"
    }
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "code_bucket" {
  description = "An existing bucket of the same region, for the functions' code."
  type        = string
}

variable "stack_name" {
  description = "Name of the CloudFormation stack. Log groups and filters are named after it: it stays."
  type        = string
  default     = "sidecarless"
}

${PARAMETER_NAMES.map(variable).join("\n")}
locals {
  functions = toset(${JSON.stringify(bundles).replaceAll(",", ", ")})
  template  = yamldecode(file("\${path.module}/template.yaml"))
  uploaded = {
    for id, resource in local.template.Resources : id => merge(resource, {
      Properties = merge(resource.Properties, {
        Code = {
          S3Bucket = var.code_bucket
          S3Key    = aws_s3_object.code[trimprefix(resource.Properties.Code, "./")].key
        }
      })
    }) if resource.Type == "AWS::Lambda::Function"
  }
}

data "archive_file" "code" {
  for_each    = local.functions
  type        = "zip"
  source_dir  = "\${path.module}/\${each.key}"
  output_path = "\${path.module}/.terraform/sidecarless-\${each.key}.zip"
}

# The key has the content's hash: other code is another key, so the function changes with it.
resource "aws_s3_object" "code" {
  for_each = local.functions
  bucket   = var.code_bucket
  key      = "sidecarless/\${each.key}-\${data.archive_file.code[each.key].output_md5}.zip"
  source   = data.archive_file.code[each.key].output_path
}

resource "aws_cloudformation_stack" "sidecarless" {
  name         = var.stack_name
  capabilities = ["CAPABILITY_IAM"]
  template_body = jsonencode(merge(local.template, {
    Resources = merge(local.template.Resources, local.uploaded)
  }))
  parameters = {
${parameters}
  }
}

output "outputs" {
  description = "Those of the stack: FunctionArn, BucketName, FilterName and more."
  value       = aws_cloudformation_stack.sidecarless.outputs
}
`;
}
