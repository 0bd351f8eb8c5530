/** What the sources of the constructs say. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { COMMENT, type Interfaces, interfacesIn, readComment } from "./interfaces.ts";

const INFRA = fileURLToPath(new URL("../../infra/", import.meta.url));

const sources = ["constructs", "parts"].flatMap((folder) =>
  (readdirSync(`${INFRA}${folder}`, { recursive: true }) as string[])
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ path: `${folder}/${file}`, text: readFileSync(`${INFRA}${folder}/${file}`, "utf8") })),
);

/** Every interface of the constructs and their parts, by name. */
export const INTERFACES: Interfaces = interfacesIn(sources.map(({ text }) => text));

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
