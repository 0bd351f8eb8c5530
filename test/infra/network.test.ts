import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Stack } from "aws-cdk-lib";
import { Match, Template, Annotations as Warnings } from "aws-cdk-lib/assertions";
import { SecurityGroup, Subnet, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import { describe, expect, test } from "vitest";
import { Forwarder, type ForwarderProps } from "../../infra/constructs/forwarder.ts";
import { existingApiKey } from "../../infra/parts/api-key-source.ts";
import { HOME } from "../support/forwarder-variants.ts";
import { appAsDeployed, readable } from "../support/templates.ts";

const datadogEndpointService = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0";

const home = () => new Stack(appAsDeployed(), "Other", { env: HOME });
const vpcIn = (stack: Stack) => new Vpc(stack, "Vpc", { natGateways: 0, restrictDefaultSecurityGroup: false });

/** A VPC that is there already, as settings name it: nothing of it is known but ids. */
const importedIn = (stack: Stack, tables = true) =>
  Vpc.fromVpcAttributes(stack, "Vpc", {
    vpcId: "vpc-0123456789abcdef0",
    availabilityZones: ["a", "b"],
    privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    ...(tables && { privateSubnetRouteTableIds: ["rtb-0123456789abcdef0", "rtb-0123456789abcdef0"] }),
  });

function forwarderIn(stack: Stack, props: Partial<ForwarderProps>, id = "Forwarder") {
  const apiKey = existingApiKey(stack, `${id}Key`, { secret: "dd-key" });
  return new Forwarder(stack, id, { apiKey, reservedConcurrency: 10, ...props });
}

const endpointsOf = (template: Template) =>
  Object.values(template.findResources("AWS::EC2::VPCEndpoint")).map(({ Properties }) => Properties);
const servicesOf = (template: Template) =>
  endpointsOf(template)
    .map(({ ServiceName }) => readable(ServiceName).replace(/^com\.amazonaws\.(?:eu-west-1|<AWS::Region>)\./, ""))
    .toSorted();

describe("the endpoints on the way to Datadog", () => {
  test.each<[what: string, props: Partial<ForwarderProps>, services: readonly string[]]>([
    ["with ECS metadata", {}, ["ecs", "s3", "secretsmanager"]],
    [
      "with tags of log groups",
      { metadata: { logGroupTags: { team: "team" } } },
      ["ecs", "logs", "s3", "secretsmanager"],
    ],
    ["without metadata", { metadata: { ecs: false } }, ["s3", "secretsmanager"]],
  ])("are all that the functions need: %s", (_what, props, services) => {
    const stack = home();
    forwarderIn(stack, { ...props, network: { vpc: vpcIn(stack), datadogEndpointService } });
    expect(servicesOf(Template.fromStack(stack))).toEqual([datadogEndpointService, ...services].toSorted());
  });

  test("have that of SSM for a parameter", () => {
    const stack = home();
    const apiKey = existingApiKey(stack, "Parameter", { parameter: "/dd/key" });
    forwarderIn(stack, { apiKey, network: { vpc: vpcIn(stack), datadogEndpointService } });
    expect(servicesOf(Template.fromStack(stack))).toContain("ssm");
  });

  test("keep the usual host names, and reach Datadog's service in its region", () => {
    const stack = home();
    forwarderIn(stack, { network: { vpc: vpcIn(stack), datadogEndpointService } });
    const endpoints = endpointsOf(Template.fromStack(stack));
    const interfaces = endpoints.filter(({ VpcEndpointType }) => VpcEndpointType === "Interface");
    expect(interfaces.map(({ PrivateDnsEnabled }) => PrivateDnsEnabled)).toEqual([true, true, true]);
    expect(endpoints.map(({ ServiceRegion }) => ServiceRegion).filter(Boolean)).toEqual(["us-east-1"]);
  });

  test.each([
    ["the stack's own region", datadogEndpointService.replace("us-east-1", "eu-west-1"), undefined, undefined],
    ["a region that is given", datadogEndpointService, "ap-northeast-1", "ap-northeast-1"],
  ])("name no other region than they must: %s", (_what, service, datadogEndpointRegion, expected) => {
    const stack = home();
    const network = { vpc: vpcIn(stack), datadogEndpointService: service, datadogEndpointRegion };
    forwarderIn(stack, { network });
    const datadog = endpointsOf(Template.fromStack(stack)).find(({ ServiceName }) => ServiceName === service);
    expect(datadog?.ServiceRegion).toBe(expected);
  });

  test("let in the functions alone, which let out HTTPS alone", () => {
    const stack = home();
    forwarderIn(stack, { network: { vpc: vpcIn(stack), datadogEndpointService } });
    const template = Template.fromStack(stack);
    const groups = Object.values(template.findResources("AWS::EC2::SecurityGroup")).map(({ Properties }) => Properties);
    expect(groups).toHaveLength(2);
    const [functions] = groups.filter(({ GroupDescription }) => /HTTPS out only/.test(GroupDescription));
    expect(functions?.SecurityGroupEgress).toEqual([
      expect.objectContaining({ CidrIp: "0.0.0.0/0", FromPort: 443, ToPort: 443, IpProtocol: "tcp" }),
    ]);
    expect(groups.flatMap(({ SecurityGroupIngress = [] }) => SecurityGroupIngress)).toEqual([]);
    const ingress = Object.values(template.findResources("AWS::EC2::SecurityGroupIngress"));
    expect(ingress).toHaveLength(1);
    expect(ingress[0]?.Properties).toMatchObject({ FromPort: 443, ToPort: 443, IpProtocol: "tcp" });
    expect(readable(ingress[0]?.Properties.SourceSecurityGroupId)).toBe("<ForwarderSecurityGroup.GroupId>");
  });

  test("are not made twice: a second forwarder leaves out what the VPC has", () => {
    const stack = home();
    const vpc = vpcIn(stack);
    forwarderIn(stack, { network: { vpc, datadogEndpointService } }, "One");
    const metadata = { logGroupTags: { team: "team" } };
    forwarderIn(stack, { metadata, network: { vpc, endpoints: { create: ["logs"] } } }, "Two");
    forwarderIn(stack, { network: { vpc, datadogEndpointService, endpoints: false } }, "Three");
    const expected = [datadogEndpointService, "ecs", "logs", "s3", "secretsmanager"];
    expect(servicesOf(Template.fromStack(stack))).toEqual(expected.toSorted());
  });

  test("are handed out, for a policy of one's own", () => {
    const stack = home();
    const { endpoints } = forwarderIn(stack, { network: { vpc: vpcIn(stack), datadogEndpointService } });
    expect(Object.keys(endpoints).toSorted()).toEqual(["apiKey", "datadog", "ecs", "store"]);
  });
});

describe("an existing VPC", () => {
  const securityGroups = (stack: Stack) => [
    SecurityGroup.fromSecurityGroupId(stack, "Group", "sg-0123456789abcdef0", { mutable: false }),
  ];

  test("needs no more than its ids, and its security groups are not changed", () => {
    const stack = home();
    const vpc = importedIn(stack);
    forwarderIn(stack, { network: { vpc, securityGroups: securityGroups(stack), datadogEndpointService } });
    const template = Template.fromStack(stack);
    template.allResourcesProperties("AWS::Lambda::Function", {
      VpcConfig: {
        SubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        SecurityGroupIds: ["sg-0123456789abcdef0"],
      },
    });
    template.hasResourceProperties("AWS::EC2::VPCEndpoint", {
      VpcEndpointType: "Gateway",
      RouteTableIds: ["rtb-0123456789abcdef0"],
    });
    template.resourceCountIs("AWS::EC2::SecurityGroupEgress", 0);
    // A rule of the endpoints' own group, no rule of the one that was given.
    const ingress = Object.values(template.findResources("AWS::EC2::SecurityGroupIngress"));
    const groups = Object.values(template.findResources("AWS::EC2::SecurityGroup"));
    expect(groups).toHaveLength(1);
    const rules = [
      ...ingress.map(({ Properties }) => Properties),
      ...groups.flatMap(({ Properties }) => Properties.SecurityGroupIngress ?? []),
    ];
    expect(rules.map(({ SourceSecurityGroupId }) => SourceSecurityGroupId)).toEqual(["sg-0123456789abcdef0"]);
    expect(rules.map(({ GroupId }) => GroupId)).not.toContain("sg-0123456789abcdef0");
  });

  test("may be known by the ids of subnets, without their zones", () => {
    const stack = home();
    const vpc = Vpc.fromVpcAttributes(stack, "Vpc", { vpcId: "vpc-0123456789abcdef0", availabilityZones: ["-"] });
    const subnets = ["0", "1"].map((last) =>
      Subnet.fromSubnetAttributes(stack, `Subnet${last}`, {
        subnetId: `subnet-0123456789abcdef${last}`,
        // Only to tell them apart: an endpoint has one subnet in a zone.
        availabilityZone: last,
        routeTableId: "rtb-0123456789abcdef0",
      }),
    );
    forwarderIn(stack, { network: { vpc, vpcSubnets: { subnets }, datadogEndpointService } });
    const template = Template.fromStack(stack);
    template.hasResourceProperties("AWS::EC2::VPCEndpoint", {
      ServiceName: datadogEndpointService,
      SubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    });
  });

  test("may have endpoints in other subnets and groups than the functions", () => {
    const stack = home();
    const vpc = new Vpc(stack, "Vpc", {
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: "functions", subnetType: SubnetType.PRIVATE_ISOLATED },
        { name: "endpoints", subnetType: SubnetType.PRIVATE_ISOLATED },
      ],
    });
    const endpoints = { subnets: { subnetGroupName: "endpoints" }, securityGroups: securityGroups(stack) };
    const network = { vpc, vpcSubnets: { subnetGroupName: "functions" }, datadogEndpointService, endpoints };
    forwarderIn(stack, { network });
    const template = Template.fromStack(stack);
    for (const { VpcEndpointType, SubnetIds, SecurityGroupIds } of endpointsOf(template)) {
      if (VpcEndpointType !== "Interface") continue;
      expect(SubnetIds.map(readable)).toEqual([
        expect.stringMatching(/endpointsSubnet/),
        expect.stringMatching(/endpointsSubnet/),
      ]);
      expect(SecurityGroupIds).toEqual(["sg-0123456789abcdef0"]);
    }
    const subnets = Object.values(template.findResources("AWS::Lambda::Function")).flatMap(({ Properties }) =>
      Properties.VpcConfig.SubnetIds.map(readable),
    );
    expect(subnets).toHaveLength(4);
    for (const subnet of subnets) expect(subnet).toMatch(/functionsSubnet/);
  });
});

describe("an HTTP proxy", () => {
  const proxy = { url: "http://proxy.example.com:3128", noProxy: [".amazonaws.com", "10.0.0.0/8"] };

  test("is what both functions are told of, in the usual variables", () => {
    const stack = home();
    forwarderIn(stack, { network: { proxy } });
    Template.fromStack(stack).allResourcesProperties("AWS::Lambda::Function", {
      Environment: {
        Variables: Match.objectLike({ HTTPS_PROXY: proxy.url, NO_PROXY: ".amazonaws.com,10.0.0.0/8" }),
      },
    });
  });

  test("that opens TLS has its authority's certificate beside both bundles, where Node looks for it", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "sidecarless-ca-"));
    const caFile = path.join(folder, "ca.pem");
    writeFileSync(caFile, "-----BEGIN CERTIFICATE-----");
    const app = appAsDeployed({ outdir: path.join(folder, "out") });
    const stack = new Stack(app, "Other", { env: HOME });
    forwarderIn(stack, { network: { proxy: { ...proxy, caFile } } });
    const { directory } = app.synth();
    Template.fromStack(stack).allResourcesProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ NODE_EXTRA_CA_CERTS: "/var/task/proxy-ca.pem" }) },
    });
    const assets = readdirSync(directory).filter((name) => existsSync(path.join(directory, name, "index.mjs")));
    const certificates = assets.map((name) => readFileSync(path.join(directory, name, "proxy-ca.pem"), "utf8"));
    expect(certificates).toEqual(["-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----"]);
    rmSync(folder, { recursive: true });
  });

  test("is let through by the functions' security group", () => {
    const stack = home();
    forwarderIn(stack, { network: { vpc: vpcIn(stack), proxy }, intake: { port: 8443 } });
    const [group] = Object.values(Template.fromStack(stack).findResources("AWS::EC2::SecurityGroup"));
    const ports = group?.Properties.SecurityGroupEgress.map(({ FromPort }: { FromPort: number }) => FromPort);
    expect(ports.toSorted()).toEqual([3_128, 443, 8_443]);
  });

  test("with a password in its URL is warned of, without repeating it", () => {
    const stack = home();
    forwarderIn(stack, { network: { proxy: { url: "http://me:s3cret@proxy.example.com:3128" } } });
    Warnings.fromStack(stack).hasWarning("/Other/Forwarder", Match.stringLikeRegexp("holds a password"));
    Warnings.fromStack(stack).hasNoWarning("/Other/Forwarder", Match.stringLikeRegexp("s3cret"));
  });
});

describe("what can't work stops the synth", () => {
  test.each<[what: string, network: (stack: Stack) => ForwarderProps["network"], message: RegExp]>([
    [
      "endpoints without a VPC",
      () => ({ datadogEndpointService }),
      /datadogEndpointService means nothing without network\.vpc/,
    ],
    ["subnets without a VPC", () => ({ vpcSubnets: {} }), /vpcSubnets means nothing without network\.vpc/],
    ["no security group", (stack) => ({ vpc: importedIn(stack), securityGroups: [] }), /securityGroups is empty/],
    [
      "Datadog's endpoint without its service",
      (stack) => ({ vpc: importedIn(stack), endpoints: { create: ["datadog"] } }),
      /names datadog: give the service/,
    ],
    [
      "an endpoint twice",
      (stack) => ({ vpc: importedIn(stack), endpoints: { create: ["ecs", "ecs"] } }),
      /names an endpoint twice/,
    ],
    [
      "a proxy without scheme",
      () => ({ proxy: { url: "proxy.example.com:3128" } }),
      /network\.proxy\.url must be a URL/,
    ],
    [
      "a gateway without route tables",
      (stack) => ({ vpc: importedIn(stack, false), datadogEndpointService }),
      /route table/i,
    ],
  ])("%s", (_what, network, message) => {
    const stack = home();
    expect(() => forwarderIn(stack, { network: network(stack) })).toThrow(message);
  });

  test("an endpoint for a key of another region", () => {
    const stack = home();
    const secret = `arn:aws:secretsmanager:us-east-1:${HOME.account}:secret:dd-key-AbCdEf`;
    const apiKey = existingApiKey(stack, "Far", { secret });
    const network = { vpc: importedIn(stack), datadogEndpointService };
    expect(() => forwarderIn(stack, { apiKey, network })).toThrow(/The API key is in us-east-1/);
  });
});
