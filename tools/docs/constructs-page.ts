import { CONSTRUCTS, INTERFACES, type Member } from "./interfaces.ts";

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

/** With what it takes from others. */
const membersOf = (name: string): readonly Member[] => {
  const { members, bases } = INTERFACES.get(name) ?? { members: [], bases: [] };
  const taken = bases.flatMap(({ name: base, only, but }) =>
    membersOf(base).filter((member) => (only ? only.includes(member.name) : !but?.includes(member.name))),
  );
  return [...members, ...taken];
};

function tableOf(name: string): { readonly rows: string; readonly named: readonly string[] } {
  const members = membersOf(name);
  const named = members.flatMap(({ type }) =>
    [...type.matchAll(/\b[A-Z]\w+\b/g)].map(([other]) => other).filter((other) => INTERFACES.has(other)),
  );
  const lines = members.map(({ name: member, required, type, means, otherwise }) => {
    const ifNotSet = required ? "**needed**" : otherwise;
    const cells = [`\`${member}\``, `\`${type}\``, means, ifNotSet];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return { rows: ["| prop | type | meaning | if not set |", "|---|---|---|---|", ...lines].join("\n"), named };
}
