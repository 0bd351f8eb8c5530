import * as cdk from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/**
 * Says why a finding of cdk-nag is no fault. aws-cdk-lib before 2.269 can't take findings of this form; an app with such a
 * version sees them, if it uses cdk-nag at all.
 */
export function acknowledge(
  construct: IConstruct,
  { id, reason }: { readonly id: string; readonly reason: string },
): void {
  // Not a named import: those are looked for when the module is loaded.
  const { Validations } = cdk as Partial<typeof cdk>;
  try {
    Validations?.of(construct).acknowledge({ id, reason });
  } catch (error) {
    if (!(error as Error).message.startsWith("Invalid validation rule ID")) throw error;
  }
}
