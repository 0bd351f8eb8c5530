import { CfnResource } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/**
 * Whether it is a resource of one type, such as `CfnLogGroup`. Those classes have a check of their own only in newer versions
 * of aws-cdk-lib.
 */
export const isResource = <T extends CfnResource>(
  construct: IConstruct | undefined,
  type: { readonly CFN_RESOURCE_TYPE_NAME: string; readonly prototype: T },
): construct is T =>
  construct !== undefined &&
  CfnResource.isCfnResource(construct) &&
  construct.cfnResourceType === type.CFN_RESOURCE_TYPE_NAME;
