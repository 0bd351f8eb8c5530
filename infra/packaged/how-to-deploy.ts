/** What stands in the folder beside the template. */
export const howToDeploy = (version: string): string => `# sidecarless ${version}, packaged

\`template.yaml\` is plain CloudFormation; the folders are the code of its functions. Nothing else is needed: no CDK, no bootstrap.
A \`rules.json\` that you put into \`forwarder/\` has rules per log group.

Store the Datadog API key in Secrets Manager first, and take the complete ARN.

## With the aws CLI

\`\`\`sh
aws cloudformation package --template-file template.yaml --s3-bucket YOUR_BUCKET --output-template-file packaged.yaml
aws cloudformation deploy --template-file packaged.yaml --s3-bucket YOUR_BUCKET --stack-name sidecarless --capabilities CAPABILITY_IAM \\
  --parameter-overrides ApiKeySecretArn=ARN Site=datadoghq.eu "IncludeLogGroups=/ecs/*" Env=prod
\`\`\`

## With sam

\`\`\`sh
sam deploy --template-file template.yaml --stack-name sidecarless --resolve-s3 --capabilities CAPABILITY_IAM \\
  --parameter-overrides ApiKeySecretArn=ARN Site=datadoghq.eu "IncludeLogGroups=/ecs/*" Env=prod
\`\`\`

## As a StackSet

Each account and region reads code and key where they are, so the bucket of the code must be readable for all of them, one bucket in
each region, and the secret's policy and its KMS key must let the accounts' roles read it.

\`\`\`sh
aws cloudformation package --template-file template.yaml --s3-bucket YOUR_BUCKET --output-template-file packaged.yaml
aws s3 cp packaged.yaml s3://YOUR_BUCKET/sidecarless.yaml
aws cloudformation create-stack-set --stack-set-name sidecarless \\
  --template-url https://YOUR_BUCKET.s3.amazonaws.com/sidecarless.yaml \\
  --capabilities CAPABILITY_IAM --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false \\
  --parameters ParameterKey=ApiKeySecretArn,ParameterValue=ARN "ParameterKey=IncludeLogGroups,ParameterValue=*"
aws cloudformation create-stack-instances --stack-set-name sidecarless --regions eu-west-1 \\
  --deployment-targets OrganizationalUnitIds=ou-EXAMPLE
\`\`\`

## With Terraform

\`main.tf\` makes this folder a module: it uploads the code and deploys the same template.

\`\`\`hcl
module "sidecarless" {
  source             = "./sidecarless"
  code_bucket        = "YOUR_BUCKET"
  api_key_secret_arn = "ARN"
  site               = "datadoghq.eu"
  include_log_groups = "/ecs/*"
}
\`\`\`

## Afterwards

A new version: package it again, deploy it again. Going back: deploy the folder of before. Deleting the stack takes the subscription
filters with it; the bucket stays, since it may hold the only copy of logs.
`;
