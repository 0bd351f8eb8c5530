import type { ApiBody } from "../plan/changes.ts";
import { KINDS } from "../plan/kinds/kinds.ts";

/** The requests that would make the objects, one after the other: for `curl`, or any other client of the API. */
export const apiRequests = (bodies: readonly ApiBody[]) =>
  bodies.map(({ kind, body }) => ({
    method: "POST",
    path: KINDS[kind].path,
    body: KINDS[kind].toRequest?.(body, "create") ?? body,
  }));
