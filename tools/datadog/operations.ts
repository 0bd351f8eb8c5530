/**
 * What the commands ask of Datadog's API: each row is one operation, so that an error names the right that is missing, and
 * so that a lost answer is asked for again only where that changes nothing.
 *
 * To use another operation of the API: add its row here, then call it with the client of `api-client.ts`.
 */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `{name}` stands for one part of the path. */
  readonly path: string;
  /** As a person would call it: "searching logs". */
  readonly what: string;
  /**
   * The scope that the application key needs, which is the name of the permission, too; undefined: the API key is enough;
   * `NO_SCOPE`: any application key will do.
   * https://docs.datadoghq.com/account_management/rbac/permissions/ (2026-11)
   */
  readonly scope?: string;
  /** A POST that only reads. Other methods may be repeated anyway. */
  readonly reads?: true;
}

export const NO_SCOPE = "";

export const OPERATIONS: readonly Operation[] = [
  { method: "GET", path: "/api/v1/validate", what: "checking the API key" },
  // Says no more than that both are valid: an application key needs no scope for it.
  { method: "GET", path: "/api/v2/validate_keys", what: "checking both keys", scope: NO_SCOPE },
  { method: "POST", path: "/api/v2/logs/events/search", what: "searching logs", scope: "logs_read_data", reads: true },
  {
    method: "GET",
    path: "/api/v1/logs/config/indexes",
    what: "reading the log indexes",
    scope: "logs_read_config",
  },
  {
    method: "GET",
    path: "/api/v1/logs/config/index-order",
    what: "reading the order of log indexes",
    scope: "logs_read_config",
  },
  { method: "POST", path: "/api/v1/logs/config/indexes", what: "making a log index", scope: "logs_modify_indexes" },
  {
    method: "PUT",
    path: "/api/v1/logs/config/indexes/{name}",
    what: "changing a log index",
    scope: "logs_modify_indexes",
  },
  {
    method: "DELETE",
    path: "/api/v1/logs/config/indexes/{name}",
    what: "removing a log index",
    scope: "logs_modify_indexes",
  },
  {
    method: "PUT",
    path: "/api/v1/logs/config/index-order",
    what: "changing the order of log indexes",
    scope: "logs_modify_indexes",
  },
  {
    method: "GET",
    path: "/api/v1/logs/config/pipelines",
    what: "reading the log pipelines",
    scope: "logs_read_config",
  },
  {
    method: "POST",
    path: "/api/v1/logs/config/pipelines",
    what: "making a log pipeline",
    scope: "logs_write_pipelines",
  },
  {
    method: "PUT",
    path: "/api/v1/logs/config/pipelines/{id}",
    what: "changing a log pipeline",
    scope: "logs_write_pipelines",
  },
  {
    method: "DELETE",
    path: "/api/v1/logs/config/pipelines/{id}",
    what: "removing a log pipeline",
    scope: "logs_write_pipelines",
  },
  {
    method: "GET",
    path: "/api/v2/logs/config/archives",
    what: "reading the log archives",
    scope: "logs_read_archives",
  },
  {
    method: "GET",
    path: "/api/v2/logs/config/archive-order",
    what: "reading the order of log archives",
    scope: "logs_read_config",
  },
  { method: "POST", path: "/api/v2/logs/config/archives", what: "making a log archive", scope: "logs_write_archives" },
  {
    method: "PUT",
    path: "/api/v2/logs/config/archives/{id}",
    what: "changing a log archive",
    scope: "logs_write_archives",
  },
  {
    method: "DELETE",
    path: "/api/v2/logs/config/archives/{id}",
    what: "removing a log archive",
    scope: "logs_write_archives",
  },
  { method: "GET", path: "/api/v1/dashboard", what: "reading the list of dashboards", scope: "dashboards_read" },
  { method: "GET", path: "/api/v1/dashboard/{id}", what: "reading a dashboard", scope: "dashboards_read" },
  { method: "POST", path: "/api/v1/dashboard", what: "making a dashboard", scope: "dashboards_write" },
  { method: "PUT", path: "/api/v1/dashboard/{id}", what: "changing a dashboard", scope: "dashboards_write" },
  { method: "DELETE", path: "/api/v1/dashboard/{id}", what: "removing a dashboard", scope: "dashboards_write" },
  { method: "GET", path: "/api/v1/monitor", what: "reading the monitors", scope: "monitors_read" },
  { method: "POST", path: "/api/v1/monitor", what: "making a monitor", scope: "monitors_write" },
  { method: "PUT", path: "/api/v1/monitor/{id}", what: "changing a monitor", scope: "monitors_write" },
  { method: "DELETE", path: "/api/v1/monitor/{id}", what: "removing a monitor", scope: "monitors_write" },
];

/** The row of a request; undefined if there is none. @param path without the query */
export function operationOf(method: string, path: string): Operation | undefined {
  const parts = path.split("/");
  const fits = (row: Operation) => {
    const expected = row.path.split("/");
    return expected.length === parts.length && expected.every((part, i) => part.startsWith("{") || part === parts[i]);
  };
  return OPERATIONS.find((row) => row.method === method && fits(row));
}

/** Whether a request whose answer got lost may be sent again: it changes nothing, or the same thing to the same end. */
export const isRepeatable = (method: string, operation: Operation | undefined): boolean =>
  method !== "POST" || operation?.reads === true;
