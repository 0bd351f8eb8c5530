import { CfnResource, Stack } from "aws-cdk-lib";
import { CfnSubscriptionFilter } from "aws-cdk-lib/aws-logs";
import { Construct, type IConstruct } from "constructs";
import { isResource } from "./is-resource.ts";
import { asId } from "./log-group-name.ts";

const ID = "SidecarlessFilters";
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html (2026-11) */
const MAX_RESOURCES = 500;

/** Where in a stack the filters of one name stand. */
export function filtersIn(stack: Stack, filterName: string): IConstruct {
  const all = child(stack, ID, (id) => new FiltersInStack(stack, id));
  return child(all, asId(filterName), (id) => new Construct(all, id));
}

const child = (scope: IConstruct, id: string, make: (id: string) => IConstruct) =>
  scope.node.tryFindChild(id) ?? make(id);

class FiltersInStack extends Construct {
  constructor(stack: Stack, id: string) {
    super(stack, id);
    // CDK says how many resources of which type there are, but not what to do.
    this.node.addValidation({ validate: () => tooMany(stack) });
  }
}

function tooMany(stack: Stack): string[] {
  const resources = stack.node.findAll().filter((node) => CfnResource.isCfnResource(node) && Stack.of(node) === stack);
  if (resources.length <= MAX_RESOURCES) return [];
  const filters = resources.filter((node) => isResource(node, CfnSubscriptionFilter)).length;
  return [
    `CloudFormation takes ${MAX_RESOURCES} resources a stack, and ${stack.stackName} has ${resources.length}, of which ${filters} are subscription filters. A filter stands in the stack where its log group is made or named: spread the log groups over several stacks (with settings: several deployments, each with a name). Or subscribe the whole account, and leave out what is not wanted.`,
  ];
}
