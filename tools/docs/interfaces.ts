/**
 * What the sources say of the constructs' props. The formatter keeps their form, so lines tell all that there is to know; no
 * tool that reads declarations works with this version of TypeScript yet.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const INFRA = fileURLToPath(new URL("../../infra/", import.meta.url));

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

const sources = ["constructs", "parts"].flatMap((folder) =>
  (readdirSync(`${INFRA}${folder}`, { recursive: true }) as string[])
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ path: `${folder}/${file}`, text: readFileSync(`${INFRA}${folder}/${file}`, "utf8") })),
);

/** Of a comment's lines: what it says, and what it says after `@default`. */
function readComment(comment: string) {
  const text = comment
    .replace(/^\s*\/\*\*\s?|\s*\*\/\s*$/g, "")
    .replace(/^\s*\* ?/gm, "")
    .replace(/\s+/g, " ");
  const [said = "", ...tags] = text.split(/ ?@(?=default |throws |param |returns )/);
  const otherwise = tags.find((tag) => tag.startsWith("default "))?.slice("default ".length) ?? "";
  return { means: said.trim(), otherwise: otherwise.trim() };
}

const COMMENT = String.raw`(?:^[ ]*/\*\*(?:(?!\*/)[\s\S])*\*/\n)?`;

/** Members at an indentation, and within their objects. */
function membersOf(body: string, indent: string, prefix: string): Member[] {
  const member = new RegExp(
    `(${COMMENT})^${indent}readonly (\\w+)(\\?)?: (\\{\\n([\\s\\S]*?)^${indent}\\}|[\\s\\S]*?);$`,
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
    return [{ ...own, type: "an object" }, ...membersOf(inner, `${indent}  `, `${prefix}${name}.`)];
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

/** Every interface of the constructs and their parts, by name. */
export const INTERFACES: ReadonlyMap<string, Interface> = new Map(
  sources.flatMap(({ text }) =>
    [
      ...text.matchAll(
        new RegExp(`(${COMMENT})^export interface (\\w+)(?: extends ([^{]+))? \\{\\n([\\s\\S]*?)^\\}`, "gm"),
      ),
    ].map(([, comment = "", name = "", bases = "", body = ""]): [string, Interface] => [
      name,
      {
        means: readComment(comment).means,
        bases: basesOf(bases),
        members: membersOf(body, "  ", ""),
      },
    ]),
  ),
);

export interface Construct {
  readonly name: string;
  /** Under `infra/constructs/`, without `.ts`. */
  readonly file: string;
  readonly means: string;
}

/** The public classes. */
export const CONSTRUCTS: readonly Construct[] = sources
  .filter(({ path }) => path.startsWith("constructs/"))
  .flatMap(({ path, text }) =>
    [...text.matchAll(new RegExp(`(${COMMENT})^export class (\\w+) extends \\w*Construct\\b`, "gm"))].map(
      ([, comment = "", name = ""]) => ({
        name,
        file: path.slice("constructs/".length, -".ts".length),
        means: readComment(comment).means.replace(/ {4,}.*/s, ""),
      }),
    ),
  );
