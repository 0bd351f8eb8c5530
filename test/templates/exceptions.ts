import type { Exception } from "./cfn-lint.ts";

/** What cfn-lint says and we leave, each with the reason. One that nothing needs any more fails the run. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: "W3005",
    message: /'\w+' dependency already enforced by a '(GetAtt|Ref)' at/,
    reason: "CDK writes the dependency out beside the reference that implies it. It changes nothing.",
  },
  {
    rule: "W3002",
    message: /This code may only work with 'package' cli command/,
    reason: "What npm run package writes is for that command.",
  },
  {
    rule: "W3010",
    message: /Avoid hardcoding availability zones 'dummy1[ab]'/,
    reason:
      "CDK looks an account's zones up when an app is deployed; the app that uses the package has no account here.",
  },
];
