/** What a block of commands asks for: `run`: any machine; otherwise what else it takes. */
export const MARKS = ["run", "needs an account", "needs a key", "needs a file of yours"] as const;

export interface OurCommand {
  /** Of package.json. */
  readonly script: string;
  /** The first word behind `--`, where a command has commands of its own: `plan`. */
  readonly word: string | undefined;
  /** Its long options. */
  readonly flags: readonly string[];
}

/** Lines with their comments off, and with those joined that a backslash continues. */
export const linesOf = (code: string): string[] =>
  code
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .map((line) => line.replace(/(^|\s)# .*$/, "").trim())
    .filter((line) => line !== "");

/** The npm scripts in a block of commands. */
export function commandsOf(code: string): OurCommand[] {
  return linesOf(code).flatMap((line) =>
    line.split(/ && | \| |; /).flatMap((part) => {
      const [, name, rest = ""] = /\bnpm (?:run (?:--silent )?)?([\w:-]+)(?: -- (.*))?/.exec(part) ?? [];
      if (name === undefined || name === "ci") return [];
      const words = rest.split(/\s+/).filter((word) => word !== "");
      const word = /^[a-z-]+$/.test(words[0] ?? "") && !words[0]?.startsWith("-") ? words[0] : undefined;
      return [
        {
          script: name,
          word,
          flags: words.filter((one) => /^--[a-z]/.test(one)).map((one) => one.split("=")[0] ?? one),
        },
      ];
    }),
  );
}
