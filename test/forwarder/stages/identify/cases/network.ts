import { aws, DATADOG, HEX, type NamesCase, report, UUID } from "./names-case.ts";

const API_LOGS = aws("apigateway/latest/developerguide/set-up-logging.html");
const PREFIXES =
  "https://github.com/DataDog/datadog-serverless-functions/blob/01166ce7/aws/logs_monitoring/steps/enums.py";
const APPSYNC = aws("appsync/latest/devguide/monitoring.html");
const FIREWALL = aws("network-firewall/latest/developerguide/logging-cw-logs.html");
const FLOW_LOGS = aws("vpc/latest/userguide/flow-logs-cwl.html");
const VERIFIED_ACCESS = aws("verified-access/latest/ug/access-logs.html");

export const NETWORK_CASES: readonly NamesCase[] = [
  {
    group: "API-Gateway-Execution-Logs_abc123/prod",
    stream: HEX,
    from: API_LOGS,
    source: "apigateway",
    host: "abc123",
  },
  { group: "API-Gateway-Execution-Logs", stream: HEX, from: API_LOGS, source: "apigateway" },
  { group: "API-Gateway-Access-Logs_abc123/prod", stream: HEX, from: PREFIXES, source: "apigateway", host: "abc123" },
  { group: "API-Gateway-Access-Logs", stream: HEX, from: PREFIXES, source: "apigateway" },
  { group: "/aws/api-gateway/shop-prod", stream: HEX, from: report(438), source: "apigateway", host: "shop-prod" },
  {
    group: "/aws/apigateway/abc123/prod",
    stream: HEX,
    from: aws("apigateway/latest/developerguide/websocket-api-logging.html"),
    source: "apigateway",
    host: "abc123",
  },
  {
    group: "/aws/http-api/shop-prod",
    stream: HEX,
    from: "https://www.serverless.com/framework/docs/providers/aws/events/http-api",
    source: "apigateway",
    host: "shop-prod",
  },
  { group: "/aws/appsync/apis/abc123", stream: "s", from: APPSYNC, source: "appsync", host: "abc123" },
  { group: "/aws/appsync/", stream: "s", from: APPSYNC, source: "appsync" },
  {
    group: "/aws/route53/example.com",
    stream: "s",
    from: aws("Route53/latest/DeveloperGuide/query-logs.html"),
    source: "route53",
    host: "example.com",
  },
  {
    group: "/aws/route53resolver/queries",
    stream: "s",
    from: aws("Route53/latest/DeveloperGuide/resolver-query-logs-choosing-target-resource.html"),
    source: "route53",
  },
  {
    group: "/aws/route53resolver/queries",
    stream: "s",
    line: { version: "1.1", query_name: "example.com.", srcids: { instance: "i-08014e4f62ccf762d" } },
    from: "https://github.com/DataDog/datadog-serverless-functions/blob/03ea2e86/aws/logs_monitoring/steps/enrichment.py",
    source: "route53",
    host: "i-08014e4f62ccf762d",
  },
  {
    group: "aws-waf-logs-front",
    stream: "eu-west-1_front_0",
    from: aws("waf/latest/developerguide/logging-cw-logs.html"),
    source: "waf",
    host: "front",
  },
  {
    group: "alerts",
    stream: "/aws/network-firewall/alert/egress_2026-11-24-09",
    from: FIREWALL,
    source: "network-firewall",
    host: "egress",
  },
  {
    group: "/aws/network-firewall/prod/flow",
    stream: "/aws/network-firewall/flow/egress_2026-11-24-09",
    from: FIREWALL,
    source: "network-firewall",
    host: "egress",
  },
  { group: "/aws/network-firewall/alert", stream: "s", from: FIREWALL, source: "network-firewall" },
  { group: "flow", stream: "eni-0a1b2c3d4e5f60718-all", from: FLOW_LOGS, source: "vpc", host: "eni-0a1b2c3d4e5f60718" },
  { group: "Prod-VPC-flow", stream: "s", from: FLOW_LOGS, source: "vpc" },
  {
    group: "prod-vpc-lattice",
    stream: "s",
    from: aws("vpc-lattice/latest/ug/monitoring-access-logs.html"),
    source: "cloudwatch",
  },
  {
    group: "tgw-flow",
    stream: "tgw-attach-0123456789abcdef0",
    from: report(844, "pull"),
    source: "transitgateway",
    host: "tgw-attach-0123456789abcdef0",
  },
  {
    group: "site-to-site",
    stream: "vpn-0123456789abcdef0_203.0.113.7-IKE.log",
    from: aws("vpn/latest/s2svpn/monitoring-logs.html"),
    source: "cloudwatch",
    host: "vpn-0123456789abcdef0",
  },
  {
    group: "client-vpn",
    stream: "cvpn-endpoint-0123456789abcdef0-eu-west-1-2026/11/24-Ab1",
    from: aws("vpn/latest/clientvpn-admin/connection-logging.html"),
    source: "cloudwatch",
    host: "cvpn-endpoint-0123456789abcdef0",
  },
  {
    group: "prod-verified-access",
    stream: "s",
    line: {
      http_request: { http_method: "GET", url: { hostname: "wiki.example.com", path: "/" } },
      metadata: { version: "1.0.0-rc.2" },
    },
    from: VERIFIED_ACCESS,
    source: "verified-access",
    host: "wiki.example.com",
  },
  {
    group: "prod-verified-access",
    stream: "s",
    line: { message: "no hostname" },
    from: VERIFIED_ACCESS,
    source: "verified-access",
  },
  {
    group: "cdn",
    stream: "CloudFront_E1ABCDEFGHIJKL",
    from: aws("AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html"),
    source: "cloudfront",
    host: "E1ABCDEFGHIJKL",
  },
  { group: "/aws/cloudfront/access", stream: "s", from: DATADOG, source: "cloudfront" },
  {
    group: "/aws/transfer/s-0123456789abcdef0",
    stream: "ERRORS",
    from: aws("transfer/latest/userguide/structured-logging.html"),
    source: "transfer",
  },
  {
    group: "sns/eu-west-1/111122223333/orders",
    stream: UUID,
    from: aws("sns/latest/dg/sms_stats_cloudwatch.html"),
    source: "sns",
  },
];
