import type { DatadogAccess } from "./access.ts";
import type { Operation } from "./operations.ts";

export type ApiErrorKind =
  /** 401, 403: a key is wrong, or lacks a right. */
  | "forbidden"
  | "notFound"
  /** 429, and it would take longer than this program waits. */
  | "limited"
  /** Any other 4xx: what was sent is not taken. */
  | "invalid"
  /** 5xx until there was no more trying. */
  | "unavailable"
  /** No answer: no connection, or not in time. */
  | "unreachable";

/** A request to Datadog's API did not succeed. The message says what, why, and what to do; never a key. */
export class DatadogApiError extends Error {
  override readonly name = "DatadogApiError";
  readonly kind: ApiErrorKind;
  /** Undefined if there was no answer. */
  readonly status?: number;
  readonly method: string;
  readonly path: string;
  /** That the operation needs, if any. */
  readonly scope?: string;
  /** What Datadog says. */
  readonly errors: readonly string[];
  /** Sent once, and nobody knows whether it was carried out: look before it is sent again. */
  readonly isUncertain: boolean;

  constructor(failure: ApiFailure) {
    super(explain(failure), { cause: failure.cause });
    const { kind, status, method, path, operation, errors = [], isUncertain = false } = failure;
    this.kind = kind;
    this.status = status;
    this.method = method;
    this.path = path;
    this.scope = operation?.scope;
    this.errors = errors;
    this.isUncertain = isUncertain;
  }
}

export interface ApiFailure {
  readonly kind: ApiErrorKind;
  readonly method: string;
  readonly path: string;
  readonly operation?: Operation;
  readonly access: Pick<DatadogAccess, "site" | "apiUrl" | "appKey">;
  readonly status?: number;
  readonly errors?: readonly string[];
  /** For `limited`: seconds until the limit is lifted, if that is known. */
  readonly resetSeconds?: number;
  readonly isUncertain?: boolean;
  readonly cause?: Error;
}

function explain(failure: ApiFailure): string {
  const { kind, method, path, operation, access, status, errors = [] } = failure;
  const what = operation ? `${operation.what} (${method} ${path})` : `${method} ${path}`;
  const said = errors.length > 0 ? ` Datadog says: ${errors.join("; ")}.` : "";
  switch (kind) {
    case "forbidden":
      return `Datadog refuses ${what} with ${status}.${said} ${adviceOnKeys(operation, access)}`;
    case "notFound":
      return `Datadog finds nothing for ${what} (404).${said}`;
    case "limited":
      return `Datadog's limit on ${what} is used up.${said} ${whenToTryAgain(failure.resetSeconds)}`;
    case "invalid":
      return `Datadog does not take ${what} (${status}).${said}`;
    case "unavailable":
      return `Datadog fails at ${what} with ${status}.${said} Try again later; https://status.datadoghq.com tells of outages.${doubt(failure)}`;
    case "unreachable":
      return `No answer from ${access.apiUrl} to ${what}: ${reasonOf(failure.cause)}. Check DD_SITE (it is ${access.site}), the network, and the proxy (HTTPS_PROXY).${doubt(failure)}`;
  }
}

function adviceOnKeys(operation: Operation | undefined, { site, appKey }: ApiFailure["access"]): string {
  if (operation && operation.scope === undefined) return `The API key must be one of ${site}; DD_SITE chooses another.`;
  if (appKey === undefined) {
    return "It needs an application key, too: set DD_APP_KEY or DD_APP_KEY_SECRET_ARN (Organization Settings > Application Keys).";
  }
  if (operation?.scope === "") return `Both keys must be of ${site}; DD_SITE chooses another.`;
  const scope = operation?.scope ?? "for it";
  return `The application key must be one of ${site} and have the scope ${scope}, and whoever owns it the permission of that name (Organization Settings > Application Keys).`;
}

const whenToTryAgain = (seconds: number | undefined) =>
  seconds === undefined ? "Run it again later." : `Run it again in ${seconds} s.`;

const doubt = ({ isUncertain }: ApiFailure) =>
  isUncertain ? " Whether it was carried out is not known: run the same command again, which looks first." : "";

function reasonOf(cause: Error | undefined): string {
  if (cause?.name === "TimeoutError") return "not in time";
  // fetch says no more than that it failed; its cause says why.
  const { code, message } = (cause?.cause ?? cause ?? {}) as NodeJS.ErrnoException;
  return code ?? message ?? "the connection failed";
}
