import { ENV } from "./environment.ts";
import { NOT_TAKEN_OVER, type NotTakenOver } from "./not-taken-over.ts";
import { similarName } from "./similar-name.ts";

const OWN = Object.values(ENV).filter((name) => name.startsWith("SIDECARLESS_"));

/**
 * A sentence or two for each variable that has no effect, and that somebody may rely on. Never shows a value.
 * @param names as `unreadNames` finds them
 */
export function unreadWarnings(
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return names.flatMap((name) => {
    if (name.startsWith("SIDECARLESS_")) return unknown(name);
    const row = Object.hasOwn(NOT_TAKEN_OVER, name)
      ? (NOT_TAKEN_OVER as Readonly<Record<string, NotTakenOver>>)[name]
      : undefined;
    const value = environment[name]?.trim().toLowerCase() ?? "";
    // Others that begin with DD_ are meant for Datadog's own layer or extension.
    if (!row || row.asHere?.includes(value)) return [];
    return `${name} has no effect here. In Datadog's forwarder it ${row.does}. ${row.instead}`;
  });
}

function unknown(name: string): string {
  const meant = similarName(name, OWN);
  return `${name} is no setting, and has no effect.${meant ? ` Did you mean ${meant}?` : ""}`;
}
