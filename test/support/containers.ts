import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";

/** A container as the template has it. */
export interface Container {
  readonly Name: string;
  readonly Command?: string[];
  readonly DockerLabels?: Record<string, string>;
  readonly LogConfiguration: {
    readonly LogDriver: string;
    readonly Options: Record<string, unknown>;
    readonly SecretOptions: { readonly ValueFrom: unknown }[];
  };
  readonly [property: string]: unknown;
}

/** The containers of a stack's first task definition, by name. */
export function containersOf(stack: Stack): Record<string, Container> {
  const [task] = Object.values(Template.fromStack(stack).findResources("AWS::ECS::TaskDefinition"));
  const containers: Container[] = task?.Properties.ContainerDefinitions;
  return Object.fromEntries(containers.map((container) => [container.Name, container]));
}
