import type { KindName } from "../recommended/all.ts";
import type { Found } from "./kinds/kind.ts";
import { isOurs } from "./kinds/mark.ts";

/** What Datadog has. */
export interface Current {
  readonly found: Readonly<Record<KindName, readonly Found[]>>;
  /** Why objects of a kind can't be read. */
  readonly unreadable: Readonly<Partial<Record<KindName, string>>>;
  readonly indexOrder: readonly string[];
  readonly archiveOrder: readonly string[];
}

/** All of the setup, by mark and name. */
export function ofSetup(setup: string, { found }: Current) {
  return Object.values(found)
    .flat()
    .flatMap((one) => (isOurs(one.mark, setup, one.name) ? [{ ...one, mark: one.mark }] : []));
}

export const describe = ({ kind, mark, name, remoteId }: ReturnType<typeof ofSetup>[number]) => ({
  kind,
  id: mark.id,
  name,
  remoteId,
});
