/**
 * Attributes of a log's JSON that Datadog takes its date from, if the log has one of them. Only at the top of the JSON; with a
 * dot also one level below. Which of several wins is not documented.
 *
 * The first page lists the last two, the second all but these.
 * https://docs.datadoghq.com/logs/log_configuration/pipelines/?tab=date#preprocessing (2026-11)
 * https://docs.datadoghq.com/logs/log_configuration/processors/log_date_remapper/ (2026-11)
 */
export const DATE_ATTRIBUTES = [
  "timestamp",
  "date",
  "_timestamp",
  "Timestamp",
  "eventTime",
  "published_date",
  "@timestamp",
  "syslog.timestamp",
] as const;
