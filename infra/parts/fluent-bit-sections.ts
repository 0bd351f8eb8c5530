/** Sections of Fluent Bit's configuration that a user adds: checked, and written in its classic format. */

type Value = string | number | boolean | readonly string[];

/**
 * Its options have the names of Fluent Bit's documentation; one that is given several times is a list. `${NAME}` in a
 * value is a variable of the router's environment. https://docs.fluentbit.io/manual/data-pipeline/filters (2026-11)
 *
 *     { name: "grep", exclude: "log ^GET /health" }
 */
export interface FluentBitFilter {
  readonly name: string;
  /** Tags are `<container>-firelens-<task id>`: `app-firelens-*` are the lines of one container. @default "*" */
  readonly match?: string;
  readonly [option: string]: Value | undefined;
}

/**
 * What the filter `parser` may name. https://docs.fluentbit.io/manual/data-pipeline/parsers (2026-11)
 *
 *     { name: "access", format: "regex", regex: '^(?<ip>\\S+) "(?<request>[^"]*)" (?<status>\\d+)' }
 */
export interface FluentBitParser {
  readonly name: string;
  readonly format: "json" | "regex" | "ltsv" | "logfmt";
  readonly [option: string]: Value | undefined;
}

/**
 * What the filter `multiline` may name, besides Fluent Bit's own `java`, `python`, `go`, `ruby`.
 * https://docs.fluentbit.io/manual/data-pipeline/parsers/multiline-parsing (2026-11)
 */
export interface FluentBitMultilineParser {
  readonly name: string;
  /** The state of the first is `start_state`. */
  readonly rules: readonly { readonly state: string; readonly regex: string; readonly next_state: string }[];
  /** How long a text that is begun waits for its next line, ms. @default Fluent Bit's */
  readonly flush_timeout?: number;
}

export interface FluentBitSections {
  /** Applied to every line in this order, after ECS has added its metadata and the pieces of long lines are joined. */
  readonly filters?: readonly FluentBitFilter[];
  readonly parsers?: readonly FluentBitParser[];
  readonly multilineParsers?: readonly FluentBitMultilineParser[];
}

/** A section's kind, and its options in the order in which they are written. */
interface Section {
  readonly kind: "FILTER" | "PARSER" | "MULTILINE_PARSER";
  readonly options: readonly (readonly [name: string, value: Value | undefined])[];
}

export const filterLines = ({ filters = [] }: FluentBitSections): string[] => filters.map(ofFilter).flatMap(linesOf);

export const parserLines = ({ parsers = [], multilineParsers = [] }: FluentBitSections): string[] =>
  [...parsers.map(ofParser), ...multilineParsers.map(ofMultilineParser)].flatMap(linesOf);

function ofFilter({ name, match, ...options }: FluentBitFilter): Section {
  // A filter without a rule is dropped at start, without an error.
  const rule = match ?? (options.match_regex === undefined ? "*" : undefined);
  return { kind: "FILTER", options: [["name", name], ["match", rule], ...Object.entries(options)] };
}

const ofParser = ({ name, ...options }: FluentBitParser): Section => ({
  kind: "PARSER",
  options: [["name", name], ...Object.entries(options)],
});

const ofMultilineParser = ({ name, rules, flush_timeout }: FluentBitMultilineParser): Section => ({
  kind: "MULTILINE_PARSER",
  options: [
    ["name", name],
    ["type", "regex"],
    ["flush_timeout", flush_timeout],
    ["rule", rules.map(({ state, regex, next_state }) => [state, regex, next_state].map(quoted).join(" "))],
  ],
});

const quoted = (text: string) => `"${text.replaceAll('"', '\\"')}"`;

const linesOf = ({ kind, options }: Section): string[] => [
  `[${kind}]`,
  ...options.flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name} ${one}`)),
];

/** Everything that is wrong, each with what to do. Patterns are Onigmo's, and seen by Fluent Bit alone. */
export function sectionProblems(sections: FluentBitSections): string[] {
  const { filters = [], parsers = [], multilineParsers = [] } = sections;
  return [
    ...filters.flatMap((filter, i) => [
      ...textProblems(`filters[${i}]`, ofFilter(filter)),
      ...unknownParsers(`filters[${i}]`, filter, parsers),
    ]),
    ...parsers.flatMap((parser, i) => [
      ...textProblems(`parsers[${i}]`, ofParser(parser)),
      ...(parser.format === "regex" && parser.regex === undefined
        ? [`parsers[${i}] has the format regex and no regex.`]
        : []),
    ]),
    ...multilineParsers.flatMap((parser, i) => [
      ...textProblems(`multilineParsers[${i}]`, ofMultilineParser(parser)),
      ...stateProblems(`multilineParsers[${i}]`, parser),
    ]),
    ...givenTwice("parsers", parsers),
    ...givenTwice("multilineParsers", multilineParsers),
  ];
}

/** A line that Fluent Bit would read in another way, or not at all. */
function textProblems(where: string, { options }: Section): string[] {
  return options.flatMap(([name, value]) => {
    const texts = [value ?? []].flat().map(String);
    if (!/^[A-Za-z_][\w.-]*$/.test(name)) return [`${where}: "${name}" is no name of an option.`];
    if (name === "name" && texts.length === 0) return [`${where} has no name.`];
    if (texts.some((text) => text.trim() === "")) return [`${where}: ${name} is empty; leave it out.`];
    if (texts.some((text) => /[\r\n]/.test(text)))
      return [`${where}: ${name} holds a line end, which would end the option.`];
    // CloudFormation replaces others by question marks.
    if (texts.some((text) => !/^[\x20-\x7e]*$/.test(text)))
      return [`${where}: ${name} holds characters beyond printable ASCII.`];
    return [];
  });
}

/** Those that the image has are not loaded. */
function unknownParsers(where: string, filter: FluentBitFilter, parsers: readonly FluentBitParser[]): string[] {
  if (filter.name !== "parser") return [];
  const named = Object.entries(filter).flatMap(([option, value]) =>
    option.toLowerCase() === "parser" ? [value ?? []].flat().map(String) : [],
  );
  return named
    .filter((name) => !parsers.some((parser) => parser.name === name))
    .map((name) => `${where} names the parser "${name}", which is not among parsers.`);
}

function stateProblems(where: string, { rules }: FluentBitMultilineParser): string[] {
  const states = new Set(rules.map(({ state }) => state));
  return [
    ...(rules[0]?.state === "start_state" ? [] : [`${where}: its first rule must have the state start_state.`]),
    ...rules
      .filter(({ next_state }) => !states.has(next_state))
      .map(({ next_state }) => `${where} goes to the state "${next_state}", which has no rule.`),
  ];
}

function givenTwice(where: string, parsers: readonly { readonly name: string }[]): string[] {
  const names = parsers.map(({ name }) => name);
  return names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${where} has "${name}" twice.`);
}
