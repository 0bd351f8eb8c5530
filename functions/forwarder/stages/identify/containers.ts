import { CLOUDWATCH, inBoth, inGroup, inStream, type KnownName } from "./known-name.ts";

/**
 * Task ids are 32 hex digits; those from before 2019 are UUIDs. The prefix may hold slashes; without a prefix (EC2) the
 * stream is the container's id. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html (2026-11)
 */
const TASK_STREAM = {
  shown: "<prefix>/<container>/<task>",
  regex: /^(?<prefix>.+)\/(?<container>[^/]+)\/(?<task>[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
};
const CONTAINER_STREAM = { shown: "<containerid>", regex: /^(?<containerid>[0-9a-f]{64})$/ };
const ECS_GROUP = {
  shown: "/ecs/…/<name>, /aws/ecs/…/<name>",
  regex: /^\/(?:aws\/)?ecs\/(?:.*\/)?(?<name>[^/]+)\/*$/i,
};

/** Groups named for ECS, and groups of any name whose stream has the shape of the awslogs driver. */
export const ECS: readonly KnownName[] = [
  inBoth(ECS_GROUP, TASK_STREAM, "ecs", { service: "<name>", host: "<task>", ecs: true }),
  inBoth(ECS_GROUP, CONTAINER_STREAM, "ecs", { service: "<name>", host: "<containerid>", ecs: true }),
  inGroup(ECS_GROUP, "ecs", { service: "<name>" }),
  inStream(TASK_STREAM, "ecs", { service: "<container>", host: "<task>", ecs: true }),
  inStream(CONTAINER_STREAM, "ecs", { host: "<containerid>", ecs: true }),
  inGroup("/ecs/", "ecs"),
  inGroup("/aws/ecs/", "ecs"),
];

/** Batch jobs are tasks of ECS: the prefix is the job's definition, the container `default`. */
const BATCH: readonly KnownName[] = [
  inBoth("/aws/batch/", TASK_STREAM, "batch", { service: "<prefix>", host: "<task>", ecs: true }),
  inBoth("/aws/batch/", CONTAINER_STREAM, "batch", { ecs: true }),
  inGroup("/aws/batch/", "batch"),
];

const POD_TAGS = [
  "kube_namespace:<namespace>",
  "pod_name:<pod>",
  "kube_container_name:<container>",
  "container_id:<containerid>",
];
const CLUSTER_TAG = "kube_cluster_name:<cluster>";

/** Fluent Bit names its streams for the file that it read, below `/var/log/containers`, in Windows on drive C. */
const POD_OF_NODE_STREAM = {
  shown: "<node>-application.var.log.containers.<pod>_<namespace>_<container>-<containerid>.log",
  regex:
    /^(?<node>.+?)-(?:application\.(?:C\.{1,2})?|dataplane\.tail\.)var\.log\.containers\.(?<pod>[^_/]+)_(?<namespace>[^_/]+)_(?<container>[^_/]+)-(?<containerid>[0-9a-f]{12,64})(?:\.log)?$/,
};
const POD_STREAM = {
  shown: "…var.log.containers.<pod>_<namespace>_<container>-<containerid>.log",
  regex:
    /var\.log\.containers\.(?<pod>[^_/]+)_(?<namespace>[^_/]+)_(?<container>[^_/]+)-(?<containerid>[0-9a-f]{12,64})(?:\.log)?$/,
};
const FLUENTD_POD_STREAM = {
  shown: "<pod>_<namespace>_<container>-<containerid>",
  regex: /^(?<pod>[^_/]+)_(?<namespace>[^_/]+)_(?<container>[^_/]+)[-_](?<containerid>[0-9a-f]{12,64})(?:\.log)?$/,
};
const NODE_STREAM = {
  shown: "<node>-host.<file>, <node>-dataplane.<unit>",
  regex: /^(?<node>.+?)[-.](?:host|dataplane)[-.]/,
};

/**
 * Container Insights of any Kubernetes cluster. What pods write there has the source of its application, which no name tells: a rule can.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-setup-logs-FluentBit.html (2026-11)
 */
const INSIGHTS_GROUP = "/aws/containerinsights/<cluster>/";
const podTold = (host: string) => ({ service: "<container>", host, tags: [CLUSTER_TAG, ...POD_TAGS] });
const PODS: readonly KnownName[] = [
  // Metrics, which no container wrote; their streams are nodes.
  inBoth(`${INSIGHTS_GROUP}performance`, "<node>", CLOUDWATCH, { host: "<node>", tags: [CLUSTER_TAG] }),
  inBoth(INSIGHTS_GROUP, POD_OF_NODE_STREAM, CLOUDWATCH, podTold("<node>")),
  inBoth(INSIGHTS_GROUP, POD_STREAM, CLOUDWATCH, podTold("<cluster>")),
  inBoth(INSIGHTS_GROUP, FLUENTD_POD_STREAM, CLOUDWATCH, podTold("<cluster>")),
  inBoth(INSIGHTS_GROUP, NODE_STREAM, CLOUDWATCH, { host: "<node>", tags: [CLUSTER_TAG] }),
  inGroup(INSIGHTS_GROUP, CLOUDWATCH, { host: "<cluster>", tags: [CLUSTER_TAG] }),
  inStream(POD_STREAM, CLOUDWATCH, { service: "<container>", tags: POD_TAGS }),
];

/**
 * The sources that Datadog's pipelines for the control plane read, by stream.
 * https://docs.datadoghq.com/integrations/amazon_eks/ (2026-11)
 */
const CONTROL_PLANE = "/aws/eks/<cluster>/cluster";
const EKS_CLUSTER = { host: "<cluster>", tags: [CLUSTER_TAG] };
const EKS: readonly KnownName[] = [
  // Before the API server's own lines: the longer name says more.
  inBoth(CONTROL_PLANE, "kube-apiserver-audit-", "kubernetes.audit", { service: "kube-apiserver", ...EKS_CLUSTER }),
  inBoth(CONTROL_PLANE, "kube-apiserver-", "kube-apiserver", { service: "kube-apiserver", ...EKS_CLUSTER }),
  inBoth(CONTROL_PLANE, "kube-scheduler-", "kube_scheduler", { service: "kube-scheduler", ...EKS_CLUSTER }),
  inBoth(CONTROL_PLANE, "kube-controller-manager-", "kube-controller-manager", {
    service: "kube-controller-manager",
    ...EKS_CLUSTER,
  }),
  inBoth(CONTROL_PLANE, "authenticator-", "aws-iam-authenticator", { service: "authenticator", ...EKS_CLUSTER }),
  inBoth(
    "/aws/eks/<cluster>",
    { shown: "<component>-<32 hex digits>", regex: /^(?<component>.+)-[0-9a-f]{32}$/ },
    "eks",
    { service: "<component>", ...EKS_CLUSTER },
  ),
  inGroup("/aws/eks/<cluster>", "eks", EKS_CLUSTER),
];

export const CONTAINER_GROUPS: readonly KnownName[] = [
  ...BATCH,
  ...PODS,
  ...EKS,
  // Container Insights writes its metrics here; no task wrote these lines.
  inGroup("/aws/ecs/containerinsights/", CLOUDWATCH),
  inGroup("/aws/apprunner/<name>/", CLOUDWATCH, { service: "<name>" }),
  inBoth("/aws/elasticbeanstalk/<environment>", "<instance>", "elasticbeanstalk", {
    service: "<environment>",
    host: "<instance>",
  }),
];
