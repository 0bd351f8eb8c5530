/** The stacks of the app. */
export type StackKind = "forwarder" | "sender" | "firelens" | "comparison";

/** `sidecarless-forwarder`, or `sidecarless-<name>-forwarder` of a deployment with a name. */
export const stackName = (kind: StackKind, deployment?: string) =>
  ["sidecarless", deployment, kind].filter((part) => part !== undefined).join("-");
