import { Stack, Token } from "aws-cdk-lib";
import {
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  InterfaceVpcEndpointService,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  type SubnetSelection,
  type VpcEndpoint,
} from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import { type ApiKeySource, apiKeyPlace } from "./api-key-source.ts";
import { asksEcs, asksLogs, type MetadataProps } from "./metadata.ts";

/**
 * What a function in subnets without a way out must reach: Datadog's intake, the place of the API key, the services that
 * tell metadata, and the store.
 */
export const ENDPOINT_NAMES = ["datadog", "apiKey", "ecs", "logs", "lambda", "store"] as const;
export type EndpointName = (typeof ENDPOINT_NAMES)[number];

export interface EndpointsProps {
  /**
   * Those to make. A VPC can have one endpoint for a service and its private names: leave out what it has already, be it
   * from another forwarder. `lambda`: the replayer hands the forwarder what Lambda gave up on.
   * @default all that the settings ask for, but for `lambda`
   */
  readonly create?: readonly EndpointName[];
  /** One in a zone, and only in zones where Datadog's service is. @default the functions' subnets */
  readonly subnets?: SubnetSelection;
  /** Must let the functions in at 443. Not of `store`, which is in the route tables. @default a new one that lets only the functions in */
  readonly securityGroups?: readonly ISecurityGroup[];
}

/**
 * The endpoints to make: those that are named, or, on the way to Datadog's service, all without which something would not
 * be reached.
 */
export function endpointsToMake(
  network: { readonly endpoints?: EndpointsProps | false; readonly datadogEndpointService?: string },
  { metadata }: { readonly metadata?: MetadataProps },
): readonly EndpointName[] {
  const { endpoints, datadogEndpointService } = network;
  if (endpoints === false) return [];
  if (endpoints?.create) return endpoints.create;
  if (datadogEndpointService === undefined) return [];
  const needed = {
    datadog: true,
    apiKey: true,
    ecs: asksEcs(metadata),
    logs: asksLogs(metadata),
    // Only for what Lambda gave up on: it is worth its price, and the risk of a second one in the VPC, only to who asks.
    lambda: false,
    store: true,
  };
  return ENDPOINT_NAMES.filter((name) => needed[name]);
}

export interface PrivateEndpointsProps extends Omit<EndpointsProps, "create"> {
  readonly create: readonly EndpointName[];
  readonly vpc: IVpc;
  /** Of the functions. */
  readonly vpcSubnets?: SubnetSelection;
  readonly clients: readonly ISecurityGroup[];
  readonly apiKey: ApiKeySource;
  readonly datadogEndpointService?: string;
  readonly datadogEndpointRegion?: string;
}

/** Private names keep the usual host names, so that nothing else is to be set. */
export function privateEndpoints(
  scope: Construct,
  props: PrivateEndpointsProps,
): Readonly<Partial<Record<EndpointName, VpcEndpoint>>> {
  const { vpc, vpcSubnets, subnets = vpcSubnets, create } = props;
  const named = create.map((name): [EndpointName, VpcEndpoint] => {
    const id = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    if (name === "store") {
      const service = GatewayVpcEndpointAwsService.S3;
      return [name, new GatewayVpcEndpoint(scope, id, { vpc, service, subnets: [vpcSubnets ?? {}] })];
    }
    return [
      name,
      new InterfaceVpcEndpoint(scope, id, {
        vpc,
        subnets,
        securityGroups: [...(props.securityGroups ?? [groupFor(scope, props)])],
        open: false,
        privateDnsEnabled: true,
        ...interfaceService(scope, name, props),
      }),
    ];
  });
  return Object.fromEntries(named);
}

function interfaceService(scope: Construct, name: Exclude<EndpointName, "store">, props: PrivateEndpointsProps) {
  const { datadogEndpointService = "", datadogEndpointRegion } = props;
  switch (name) {
    case "datadog":
      return {
        service: new InterfaceVpcEndpointService(datadogEndpointService, 443),
        serviceRegion: datadogEndpointRegion ?? otherRegion(scope, datadogEndpointService),
      };
    case "apiKey": {
      const { service } = apiKeyPlace(scope, props.apiKey);
      const { SECRETS_MANAGER, SSM } = InterfaceVpcEndpointAwsService;
      return { service: service === "ssm" ? SSM : SECRETS_MANAGER };
    }
    case "ecs":
      return { service: InterfaceVpcEndpointAwsService.ECS };
    case "logs":
      return { service: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS };
    case "lambda":
      return { service: InterfaceVpcEndpointAwsService.LAMBDA };
  }
}

/** Region of `com.amazonaws.vpce.<region>.vpce-svc-…`, if it is known to be another than the stack's. */
function otherRegion(scope: Construct, service: string): string | undefined {
  const { region } = Stack.of(scope);
  const its = /^com\.amazonaws\.vpce\.([^.]+)\./.exec(service)?.[1];
  return its === region || Token.isUnresolved(region) ? undefined : its;
}

/** One for all endpoints. */
function groupFor(scope: Construct, { vpc, clients }: PrivateEndpointsProps): ISecurityGroup {
  const existing = scope.node.tryFindChild("SecurityGroup");
  if (existing) return existing as SecurityGroup;
  const group = new SecurityGroup(scope, "SecurityGroup", {
    vpc,
    allowAllOutbound: false,
    description: "Endpoints that the log forwarder uses",
  });
  // Rules of ours alone: a security group that was given is not changed.
  for (const client of clients) group.addIngressRule(client, Port.tcp(443), "The forwarder and the replayer");
  return group;
}
