/**
 * What sources say of their interfaces. The formatter keeps their form, so lines tell all that there is to know; no tool that
 * reads declarations works with this version of TypeScript yet.
 */

export interface Member {
  /** Of a nested object: `intake.site`. */
  readonly name: string;
  readonly required: boolean;
  readonly type: string;
  readonly means: string;
  readonly otherwise: string;
}

export interface Base {
  readonly name: string;
  readonly only?: readonly string[];
  readonly but?: readonly string[];
}

export interface Interface {
  readonly means: string;
  /** Interfaces that it takes members from; `only` and `but`: of `Pick` and `Omit`. */
  readonly bases: readonly Base[];
  readonly members: readonly Member[];
}

/** Of a comment's lines: what it says, and what it says after `@default`. */
export function readComment(comment: string) {
  const text = comment
    .replace(/^\s*\/\*\*\s?|\s*\*\/\s*$/g, "")
    .replace(/^\s*\* ?/gm, "")
    .replace(/\s+/g, " ");
  const [said = "", ...tags] = text.split(/ ?@(?=default |throws |param |returns )/);
  const otherwise = tags.find((tag) => tag.startsWith("default "))?.slice("default ".length) ?? "";
  return { means: said.trim(), otherwise: otherwise.trim() };
}

export const COMMENT = String.raw`(?:^[ ]*/\*\*(?:(?!\*/)[\s\S])*\*/\n)?`;

/** Members at an indentation, and within their objects. */
function membersIn(body: string, indent: string, prefix: string): Member[] {
  const member = new RegExp(
    `(${COMMENT})^${indent}readonly ([\\w$]+)(\\?)?: (\\{\\n([\\s\\S]*?)^${indent}\\}|[\\s\\S]*?);$`,
    "gm",
  );
  return [...body.matchAll(member)].flatMap(([, comment = "", name = "", optional, type = "", inner]) => {
    const { means, otherwise } = readComment(comment);
    const own = {
      name: prefix + name,
      required: optional === undefined,
      type: type.replace(/\s+/g, " "),
      means,
      otherwise,
    };
    if (inner === undefined) return [own];
    return [{ ...own, type: "an object" }, ...membersIn(inner, `${indent}  `, `${prefix}${name}.`)];
  });
}

/** Of `A, Pick<B, "x" | "y">, Omit<C, "z">`. */
function basesOf(text: string): Base[] {
  const some = /\b(Pick|Omit)<(\w+), ([^>]*)>|\b([A-Z]\w+)\b/g;
  return [...text.matchAll(some)].map(([, which, base, names = "", whole]): Base => {
    if (whole !== undefined) return { name: whole };
    const quoted = [...names.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);
    return { name: base ?? "", ...(which === "Pick" ? { only: quoted } : { but: quoted }) };
  });
}

export type Interfaces = ReadonlyMap<string, Interface>;

/** Every interface that these sources export, by name. */
export function interfacesIn(sources: readonly string[]): Interfaces {
  const declared = new RegExp(`(${COMMENT})^export interface (\\w+)(?: extends ([^{]+))? \\{\\n([\\s\\S]*?)^\\}`, "gm");
  return new Map(
    sources.flatMap((text) =>
      [...text.matchAll(declared)].map(([, comment = "", name = "", bases = "", body = ""]): [string, Interface] => [
        name,
        { means: readComment(comment).means, bases: basesOf(bases), members: membersIn(body, "  ", "") },
      ]),
    ),
  );
}

/** With what it takes from others. */
export function membersOf(interfaces: Interfaces, name: string): readonly Member[] {
  const { members, bases } = interfaces.get(name) ?? { members: [], bases: [] };
  const taken = bases.flatMap(({ name: base, only, but }) =>
    membersOf(interfaces, base).filter((member) => (only ? only.includes(member.name) : !but?.includes(member.name))),
  );
  return [...members, ...taken];
}
