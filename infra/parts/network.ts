import { readFileSync } from "node:fs";
import { type ISecurityGroup, type IVpc, Peer, Port, SecurityGroup, type SubnetSelection } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import type { EndpointsProps } from "./private-endpoints.ts";

/** Where the functions are in the network, and how they get out. */
export interface NetworkProps {
  /** @default outside any VPC, with a way to the internet that costs nothing */
  readonly vpc?: IVpc;
  /** @default the private ones */
  readonly vpcSubnets?: SubnetSelection;
  /** They must let HTTPS out. @default a new one that lets nothing else out, and nothing in */
  readonly securityGroups?: readonly ISecurityGroup[];
  /**
   * Datadog's PrivateLink service for logs, `com.amazonaws.vpce.<region>.vpce-svc-…`. With it the endpoints are made that
   * the functions need, so that no NAT is needed.
   * https://docs.datadoghq.com/agent/guide/private-link/
   */
  readonly datadogEndpointService?: string;
  /** Where that service is. @default the one in its name, if it is known to be another than the stack's */
  readonly datadogEndpointRegion?: string;
  /** `false`: the VPC has all of them. @default those that are needed, if `datadogEndpointService` is given; otherwise none */
  readonly endpoints?: EndpointsProps | false;
  /** @default none */
  readonly proxy?: ProxyProps;
}

/** An HTTP proxy on the way to Datadog, and to AWS where `noProxy` does not say otherwise. */
export interface ProxyProps {
  /** Such as `http://proxy.example.com:3128`. */
  readonly url: string;
  /** Hosts that are reached without it; `.example.com` stands for all in that domain. */
  readonly noProxy?: readonly string[];
  /** Path of a PEM file with the authority's certificate, for a proxy that opens TLS. */
  readonly caFile?: string;
}

/** Where the authority's certificate lies beside the bundle. */
const CA_FILE = "proxy-ca.pem";

/** The settings that send requests through the proxy. Node itself reads the last one. */
export function proxyEnvironment(proxy: ProxyProps | undefined): Record<string, string> {
  if (!proxy) return {};
  return {
    HTTPS_PROXY: proxy.url,
    ...(proxy.noProxy?.length && { NO_PROXY: proxy.noProxy.join(",") }),
    // https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html (2026-11)
    ...(proxy.caFile !== undefined && { NODE_EXTRA_CA_CERTS: `/var/task/${CA_FILE}` }),
  };
}

/** Files beside the bundle, name → content. */
export const proxyFiles = (proxy: ProxyProps | undefined): Record<string, string> =>
  proxy?.caFile === undefined ? {} : { [CA_FILE]: readFileSync(proxy.caFile, "utf8") };

/**
 * Lets the functions reach the intake, the proxy and AWS, and nobody reach them. Names need no rule: security groups
 * do not hold up the VPC's own resolver.
 */
export function functionsGroup(scope: Construct, id: string, vpc: IVpc, ports: readonly number[]): ISecurityGroup {
  const group = new SecurityGroup(scope, id, {
    vpc,
    allowAllOutbound: false,
    description: "HTTPS out only: the log forwarder and its replayer",
  });
  for (const port of new Set([443, ...ports]))
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(port), "Datadog, AWS, or a proxy");
  return group;
}

/** The proxy's port; undefined if its URL is none. */
export function proxyPort({ url }: ProxyProps): number | undefined {
  const parsed = URL.parse(url);
  if (!parsed) return undefined;
  return Number(parsed.port) || (parsed.protocol === "https:" ? 443 : 80);
}
