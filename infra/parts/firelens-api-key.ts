import { Token } from "aws-cdk-lib";
import type { TaskDefinition } from "aws-cdk-lib/aws-ecs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { type ApiKeySource, apiKeyRights } from "./api-key-source.ts";

/**
 * Where ECS finds the key when it starts a task, after granting the execution role to read that and nothing else.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-logconfig.html (2026-11)
 *
 * @throws if ECS would not find a secret of this name.
 */
export function firelensApiKey(scope: Construct, taskDefinition: TaskDefinition, source: ApiKeySource): string {
  for (const { actions, resources, conditions } of apiKeyRights(scope, source)) {
    taskDefinition.addToExecutionRolePolicy(
      // Without an id: the role may be that of several task definitions.
      new PolicyStatement({
        // ECS reads parameters in lots.
        actions: actions.map((action) => (action === "ssm:GetParameter" ? "ssm:GetParameters" : action)),
        resources: [...resources],
        conditions: conditions && { ...conditions },
      }),
    );
  }
  if ("parameter" in source) return source.parameter.parameterArn;
  const { secret, field } = source;
  refuseEnd(scope, secret);
  const arn = secret.secretFullArn ?? secret.secretArn;
  return field === undefined ? arn : `${arn}:${field}::`;
}

function refuseEnd(scope: Construct, { secretFullArn, secretName }: ISecret): void {
  if (secretFullArn !== undefined || Token.isUnresolved(secretName)) return;
  const problem = secretNameProblem(secretName);
  if (problem) throw new Error(`${scope.node.path}: ${problem}`);
}

/** Why ECS finds no secret of this name. https://github.com/aws/aws-cdk/issues/27530 (2026-11) */
export function secretNameProblem(secretName: string): string | undefined {
  const end = secretName.match(/-[A-Za-z0-9]{6}$/)?.[0];
  return end === undefined
    ? undefined
    : `The secret's name "${secretName}" ends in a hyphen and six characters. Secrets Manager adds such an end to each name to make its ARN, so ECS would take "${end}" for that, find no secret, and start no task. Give the secret's complete ARN, or a secret of another name.`;
}
