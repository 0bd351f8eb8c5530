/** A replacement, read: text as it is, and groups whose text stays. */
export type TemplatePart = { readonly literal: string } | { readonly group: string | number };

/** Reads `$1`, `${1}`, `${name}` and `$$`; any other dollar sign is itself. */
export function readTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const found of template.matchAll(/\$(?:\$|(\d)|\{(\w+)\})/g)) {
    if (found.index > end) parts.push({ literal: template.slice(end, found.index) });
    const group = found[1] ?? found[2];
    if (group === undefined) parts.push({ literal: "$" });
    else parts.push({ group: /^\d+$/.test(group) ? Number(group) : group });
    end = found.index + found[0].length;
  }
  if (end < template.length) parts.push({ literal: template.slice(end) });
  return parts;
}

/** The groups a template names that are not there. */
export function missingGroups(
  template: string,
  { groupCount, groupNames }: { groupCount: number; groupNames: ReadonlySet<string> },
): (string | number)[] {
  return readTemplate(template).flatMap((part) => {
    if (!("group" in part)) return [];
    const { group } = part;
    const there = typeof group === "number" ? group > 0 && group <= groupCount : groupNames.has(group);
    return there ? [] : [group];
  });
}
