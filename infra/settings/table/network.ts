import { idOf, tag } from "./formats.ts";
import type { SettingRows } from "./setting-row.ts";
import { choice, list, listOrNone, matching, path } from "./shapes.ts";

export const NETWORK_SETTINGS = {
  vpcId: {
    shape: idOf("vpc", "a VPC"),
    otherwise: "outside any VPC",
    means: "VPC that the functions are in. Goes with `subnetIds`.",
    example: "vpc-0123456789abcdef0",
  },
  subnetIds: {
    shape: list(idOf("subnet", "a subnet")),
    otherwise: "needed with `vpcId`",
    means: "Subnets of the functions, and of the endpoints that are made; these take one subnet in a zone.",
    example: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  },
  routeTableIds: {
    shape: list(idOf("rtb", "a route table")),
    otherwise: "needed if an endpoint for S3 is made",
    means: "Route tables of those subnets, in which the endpoint for S3 (`store`) is put.",
    example: ["rtb-0123456789abcdef0"],
  },
  securityGroupIds: {
    shape: list(idOf("sg", "a security group")),
    otherwise: "a new one that lets HTTPS out and nothing in",
    means: "Security groups of the functions. They must let HTTPS out.",
    example: ["sg-0123456789abcdef0"],
  },
  datadogEndpointService: {
    shape: matching(
      "^com\\.amazonaws\\.vpce\\.[a-z0-9-]+\\.vpce-svc-[0-9a-f]+$",
      "be the name of a VPC endpoint service",
    ),
    otherwise: "the way to Datadog is over the internet",
    means:
      "Datadog's [PrivateLink service](https://docs.datadoghq.com/agent/guide/private-link/) for logs. With it the endpoints are made that the functions need, so that no NAT is needed.",
    example: "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
  },
  datadogEndpointRegion: {
    shape: matching("^[a-z]{2}(?:-[a-z]+)+-\\d$", "be a region"),
    otherwise: "the one in the service's name",
    means: "Where that service is.",
    example: "us-east-1",
  },
  endpoints: {
    shape: listOrNone(choice("datadog", "apiKey", "ecs", "logs", "lambda", "store")),
    otherwise: "all that are needed, if `datadogEndpointService` is set; otherwise none",
    means:
      "VPC endpoints to make. A VPC has one for each service: leave out those that are there already, be it from another forwarder; `none` if all are.",
    example: ["datadog", "apiKey"],
  },
  endpointSubnetIds: {
    shape: list(idOf("subnet", "a subnet")),
    otherwise: "`subnetIds`",
    means: "Subnets of those endpoints: one in a zone, and only in zones where Datadog's service is.",
    example: ["subnet-0123456789abcdef0"],
  },
  endpointSecurityGroupIds: {
    shape: list(idOf("sg", "a security group")),
    otherwise: "a new one that lets only the functions in",
    means: "Security groups of those endpoints, but of `store`. They must let the functions in at 443.",
    example: ["sg-0123456789abcdef0"],
  },
  proxyUrl: {
    shape: matching("^https?://[^\\s]+$", "be a URL with http:// or https://"),
    otherwise: "none",
    means: "HTTP proxy on the way to Datadog, and to AWS where `noProxy` does not say otherwise.",
    example: "http://proxy.example.com:3128",
  },
  noProxy: {
    shape: list(tag),
    default: [],
    means: "Hosts that are reached without the proxy; `.example.com` stands for all in that domain.",
    example: [".amazonaws.com"],
  },
  proxyCaFile: {
    shape: path,
    otherwise: "those that Node knows",
    means:
      "PEM file with the authority's certificate, for a proxy that opens TLS. In a settings file, relative to that file.",
    example: "proxy-ca.pem",
  },
} as const satisfies SettingRows;
