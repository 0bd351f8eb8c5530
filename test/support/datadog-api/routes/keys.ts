import { ok, type Route } from "../route.ts";

/** v1 `Validate`, v2 `ValidateAPIKey`. */
export const keyRoutes: readonly Route[] = [
  { method: "GET", path: "/api/v1/validate", needs: "API key", answer: () => ok({ valid: true }) },
  { method: "GET", path: "/api/v2/validate_keys", needs: "application key", answer: () => ok({ status: "ok" }) },
];
