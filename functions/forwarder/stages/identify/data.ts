import { CLOUDWATCH, inBoth, inGroup, type KnownName } from "./known-name.ts";

const RDS_PATH = "(?:(?:instance|cluster|proxy|custom)/(?<instance>[^/]+)(?:/(?<log>[^/]+))?)?";
/**
 * The engine has to be in the name, as Datadog's forwarder had it: AWS does not write it there.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html (2026-11)
 */
const rdsGroup = (engine: string) => ({
  shown: `/aws/rds/<kind>/<instance>/<log>, with ${engine} in it`,
  regex: new RegExp(`^/aws/rds/(?=.*${engine})${RDS_PATH}`, "i"),
});
/** `logname` was a tag of Datadog's forwarder: it tells `slowquery` from `error`. */
const RDS_TOLD = { host: "<instance>", tags: ["logname:<log>"] };

const RDS: readonly KnownName[] = [
  ...["postgresql", "mariadb", "mysql"].map((engine) => inGroup(rdsGroup(engine), engine, RDS_TOLD)),
  inGroup(
    { shown: "/aws/rds/<kind>/<instance>/<log>", regex: new RegExp(`^/aws/rds/${RDS_PATH}`, "i") },
    "rds",
    RDS_TOLD,
  ),
  inGroup("RDSOSMetrics", "rds", { hostInEvents: "rdsEnhancedMonitoring" }),
];

const AIRFLOW_GROUP = {
  shown: "airflow-<environment>-Task, …-Scheduler, …-Worker, …-WebServer, …-DAGProcessing",
  regex: /^airflow-(?<environment>.+)-(?:task|scheduler|worker|webserver|dagprocessing)$/i,
};

/** Databases, streams and what works on data. */
export const DATA_GROUPS: readonly KnownName[] = [
  ...RDS,
  inGroup("/aws/docdb/<cluster>", "docdb", { host: "<cluster>" }),
  inGroup("/aws/neptune/<cluster>", CLOUDWATCH, { host: "<cluster>" }),
  inGroup("/aws/redshift/cluster/<cluster>", "redshift", { host: "<cluster>" }),
  inGroup("/aws/redshift/<namespace>/", "redshift-serverless", { host: "<namespace>" }),
  inGroup("/aws/OpenSearchService/domains/<domain>", "opensearch", { host: "<domain>" }),
  inGroup("/aws/aes/domains/<domain>", "opensearch", { host: "<domain>" }),
  inGroup("/aws/opensearch", "opensearch"),
  inGroup("/aws/aes/", "opensearch"),
  inGroup("/aws/vendedlogs/OpenSearchIngestion/<pipeline>", "opensearch", { host: "<pipeline>" }),
  inGroup("/aws/elasticache/", "elasticache"),
  inGroup("/aws/msk/", "msk"),
  inGroup("/aws/amazonmq/broker/<broker>", CLOUDWATCH, { host: "<broker>" }),
  inGroup("/aws/kinesis", "kinesis"),
  inGroup("dms-tasks-<instance>", "dms", { host: "<instance>" }),
  inGroup("dms-serverless-replication-<replication>", "dms", { host: "<replication>" }),
  inBoth("/aws/fsx/", { shown: "…<filesystem>…", regex: /(?<filesystem>fs-[0-9a-f]{8,17})/ }, "aws.fsx", {
    host: "<filesystem>",
  }),
  inGroup("/aws/fsx/", "aws.fsx"),
  inGroup("/aws-glue/", "glue"),
  inGroup(AIRFLOW_GROUP, "mwaa", { host: "<environment>" }),
  inGroup("/aws/sagemaker/", "sagemaker"),
  inGroup("/aws/bedrock-agentcore/*/<resource>", "bedrock-agentcore", { host: "<resource>" }),
  inGroup("/aws/vendedlogs/bedrock-agentcore/", "bedrock-agentcore"),
  inGroup("/aws/bedrock/", "bedrock"),
  inGroup("/aws/vendedlogs/bedrock/", "bedrock"),
];
