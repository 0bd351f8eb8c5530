import type { SettingRows } from "./setting-row.ts";
import { matching, pairs } from "./shapes.ts";

export const DEPLOYMENT_SETTINGS = {
  name: {
    // A stack's name has 128 characters, and the longest part of ours that is added has 23.
    shape: matching("^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?$", "be 1 to 40 letters, digits and inner hyphens"),
    otherwise: "`sidecarless-forwarder`",
    means:
      "Goes into the names of the stacks, `sidecarless-<name>-forwarder`: for several forwarders in an account and region, such as one for each team or stage.",
    example: "payments",
  },
  resourceTags: {
    shape: pairs,
    otherwise: "none",
    means: "AWS tags of every resource of the stacks that takes tags: name → value.",
    example: { CostCenter: "1234" },
  },
} as const satisfies SettingRows;
