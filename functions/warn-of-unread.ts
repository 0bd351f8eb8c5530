import { unreadNames } from "./settings/unread.ts";

/**
 * Says of each variable that has no effect that it has none, once in a sandbox. What there is to say is loaded only if
 * there is such a variable. With Lambda's log format JSON each becomes an object with the level WARN; as text, a line with
 * WARN in it.
 */
export async function warnOfUnread(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const names = unreadNames(environment);
  if (names.length === 0) return;
  const { unreadWarnings } = await import("./settings/unread-warnings.ts");
  for (const warning of unreadWarnings(names, environment)) console.warn(warning);
}
