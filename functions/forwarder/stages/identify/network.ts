import { CLOUDWATCH, inGroup, inStream, type KnownName } from "./known-name.ts";

/** What requests pass through. */
export const NETWORK_GROUPS: readonly KnownName[] = [
  inGroup("API-Gateway-Execution-Logs_<api>", "apigateway", { host: "<api>" }),
  inGroup("API-Gateway-Execution-Logs", "apigateway"),
  inGroup("API-Gateway-Access-Logs_<api>", "apigateway", { host: "<api>" }),
  inGroup("API-Gateway-Access-Logs", "apigateway"),
  // The Serverless Framework's names for access logs.
  inGroup("/aws/api-gateway/<api>", "apigateway", { host: "<api>" }),
  inGroup("/aws/apigateway/<api>", "apigateway", { host: "<api>" }),
  inGroup("/aws/http-api/<api>", "apigateway", { host: "<api>" }),
  inGroup("/aws/appsync/*/<api>", "appsync", { host: "<api>" }),
  inGroup("/aws/appsync/", "appsync"),
  inGroup("/aws/route53/<zone>", "route53", { host: "<zone>" }),
  inGroup("/aws/route53resolver", "route53", { hostInEvents: "route53Resolver" }),
  inGroup("aws-waf-logs-<name>", "waf", { host: "<name>" }),
  inGroup("/aws/cloudfront/", "cloudfront"),
  inGroup("/aws/transfer/", "transfer"),
  inGroup("sns/", "sns"),
];

/** A resource's id; the newer ones have 17 digits, the older 8. */
const idStream = (prefix: string, shown = `${prefix}…`) => ({
  shown,
  regex: new RegExp(`(?<![0-9a-z])(?<id>${prefix}[0-9a-f]{4,17})(?![0-9a-z])`),
});

/** The user chooses the group's name; the streams tell. */
export const NETWORK_STREAMS: readonly KnownName[] = [
  // https://docs.aws.amazon.com/network-firewall/latest/developerguide/logging-cw-logs.html (2026-11)
  inStream("/aws/network-firewall/*/<firewall>_", "network-firewall", { host: "<firewall>" }),
  inGroup("/aws/network-firewall/", "network-firewall"),
  inStream("CloudFront_<distribution>", "cloudfront", { host: "<distribution>" }),
  inStream(idStream("tgw-attach-"), "transitgateway", { host: "<id>" }),
  inStream({ shown: "eni-…", regex: /^(?<id>eni-[0-9a-f]+)/ }, "vpc", { host: "<id>" }),
  // Datadog gives these two no source of their own.
  inStream(idStream("vpn-"), CLOUDWATCH, { host: "<id>" }),
  inStream(idStream("cvpn-endpoint-"), CLOUDWATCH, { host: "<id>" }),
];
