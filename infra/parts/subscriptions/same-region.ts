import { Token, TokenComparison } from "aws-cdk-lib";

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Whether two places are one account and region, as far as it is known before the deployment. */
export function sameRegion(one: Place, other: Place): "yes" | "no" | "unknown" {
  const comparisons = [
    Token.compareStrings(one.account, other.account),
    Token.compareStrings(one.region, other.region),
  ];
  if (comparisons.includes(TokenComparison.DIFFERENT)) return "no";
  return comparisons.every((comparison) => comparison === TokenComparison.SAME) ? "yes" : "unknown";
}

export const placeText = ({ account, region }: Place) =>
  `${Token.isUnresolved(region) ? "an unknown region" : region}, account ${Token.isUnresolved(account) ? "unknown" : account}`;
