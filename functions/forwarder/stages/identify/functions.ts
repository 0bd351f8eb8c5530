import { inGroup, inStream, type KnownName } from "./known-name.ts";

/**
 * Several functions may share a group of any name: then their streams name them.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html (2026-11)
 */
const FUNCTION_STREAM = {
  shown: "yyyy/mm/dd/<function>[<version>]<32 hex digits>",
  regex: /^\d{4}\/\d\d\/\d\d\/(?<function>[\w.-]{1,140})\[[^\]]+\][0-9a-f]{32}$/,
};
const EDGE_FUNCTION_STREAM = {
  shown: "yyyy/mm/dd/us-east-1.<function>[<version>]<32 hex digits>",
  regex: /^\d{4}\/\d\d\/\d\d\/us-east-1\.(?<function>[\w-]{1,140})\[[^\]]+\][0-9a-f]{32}$/,
};

/** Not a task of ECS whose stream prefix is `states`. */
const MACHINE_STREAM = {
  shown: "states/<machine>/…",
  regex: /^states\/(?<machine>[^/]+)\/(?!(?:.*\/)?[0-9a-f-]{32,36}$)/,
};
const MACHINE_GROUP = {
  shown: "/aws/vendedlogs/states/<machine>-Logs",
  regex: /^\/aws\/vendedlogs\/states\/(?<machine>[^/]*?)(?:-logs)?(?:\/|$)/i,
};

/** These streams tell who wrote whatever the group is called. */
export const FUNCTION_STREAMS: readonly KnownName[] = [
  inStream(EDGE_FUNCTION_STREAM, "lambda", { lambda: "<function>", atEdge: true }),
  inStream(FUNCTION_STREAM, "lambda", { lambda: "<function>" }),
  inStream(MACHINE_STREAM, "stepfunction", { service: "<machine>" }),
];

export const FUNCTION_GROUPS: readonly KnownName[] = [
  inGroup("/aws/lambda/us-east-1.<function>", "lambda", { lambda: "<function>", atEdge: true }),
  inGroup("/aws/lambda/<function>", "lambda", { lambda: "<function>" }),
  inGroup(MACHINE_GROUP, "stepfunction", { service: "<machine>" }),
  inGroup("/aws/cloudfront/function/<function>", "cloudfront", { service: "<function>" }),
];
