import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  InterfaceVpcEndpointService,
  type IVpc,
} from "aws-cdk-lib/aws-ec2";
import type { ApiKeySource } from "./api-key-source.ts";

export interface PrivateEndpointsProps {
  readonly vpc: IVpc;
  readonly datadogEndpointService: string;
  readonly apiKey: ApiKeySource;
}

/**
 * All that a function in subnets without a way out needs: Datadog's intake, the place of the API key, and the store.
 * Private DNS keeps the usual host names.
 */
export function privateEndpoints({ vpc, datadogEndpointService, apiKey }: PrivateEndpointsProps): void {
  vpc.addInterfaceEndpoint("DatadogLogs", {
    service: new InterfaceVpcEndpointService(datadogEndpointService, 443),
    privateDnsEnabled: true,
  });
  vpc.addInterfaceEndpoint("ApiKey", {
    service: "secret" in apiKey ? InterfaceVpcEndpointAwsService.SECRETS_MANAGER : InterfaceVpcEndpointAwsService.SSM,
  });
  vpc.addGatewayEndpoint("Store", { service: GatewayVpcEndpointAwsService.S3 });
}
