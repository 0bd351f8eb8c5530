import { CONSTRUCTS, INTERFACES } from "./construct-sources.ts";
import { membersOf } from "./interfaces.ts";
import { markdownTable } from "./markdown-table.ts";

/** The tables of docs/constructs.md: each construct's props, and those of the objects in them. */
export function constructsTables(): string {
  const shared: string[] = [];
  const constructs = CONSTRUCTS.map(({ name, file, means }) => {
    const { rows, named } = tableOf(`${name}Props`);
    for (const other of named) if (!shared.includes(other)) shared.push(other);
    return `### ${name}\n\n\`import { ${name} } from "sidecarless/infra/${file}";\`\n\n${means}\n\n${rows}`;
  });
  // The list grows while it is walked: an object's members may be of further interfaces.
  const objects: string[] = [];
  for (const name of shared) {
    const { rows, named } = tableOf(name);
    for (const other of named) if (!shared.includes(other)) shared.push(other);
    const means = INTERFACES.get(name)?.means ?? "";
    objects.push(`### ${name}\n\n${means ? `${means}\n\n` : ""}${rows}`);
  }
  return [...constructs, "## Objects in these props", ...objects].join("\n\n");
}

function tableOf(name: string): { readonly rows: string; readonly named: readonly string[] } {
  const members = membersOf(INTERFACES, name);
  const named = members.flatMap(({ type }) =>
    [...type.matchAll(/\b[A-Z]\w+\b/g)].map(([other]) => other).filter((other) => INTERFACES.has(other)),
  );
  const rows = members.map(({ name: member, required, type, means, otherwise }) => [
    `\`${member}\``,
    `\`${type}\``,
    means,
    required ? "**needed**" : otherwise,
  ]);
  return { rows: markdownTable(["prop", "type", "meaning", "if not set"], rows), named };
}
