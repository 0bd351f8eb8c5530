import { openRuleBudget } from "./budget.ts";
import { type At, type Checks, checkFile, type Fields, type Problems } from "./check-file.ts";
import { DOCKER_PIECE_BYTES } from "./pieces.ts";
import { missingGroups } from "./template.ts";
import { DETECTORS_WITH_LOOKALIKES, type RulesFile } from "./types.ts";

/** Lists every problem of a rules file, each with its path. Returned, not thrown. */
export class RulesError extends Error {
  override readonly name = "RulesError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `The rules have ${problems.length} problem${problems.length === 1 ? "" : "s"}:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
    );
    this.problems = problems;
  }
}

/** The rules as they are, if they are right; or all that is wrong with them. Used at synth and at start. */
export function parseRules(value: unknown): RulesFile | RulesError {
  const problems = checkFile(value, CHECKS);
  return problems.length > 0 ? new RulesError(problems) : (value as RulesFile);
}

const CHECKS: Checks = {
  rule: checkGroups,
  actions: checkGroups,
  capture: checkCapture,
  multiline: checkMultiline,
  sample: checkSample,
  detector: checkDetector,
  pattern: checkPattern,
};

/** Every group that the names are made of is captured. */
function checkGroups({ capture = [], tags = [], ...fields }: Fields<"actions">, at: At, problems: Problems): void {
  const groupNames = new Set(capture.flatMap((one) => [...(one?.pattern?.groupNames ?? [])]));
  const { source, service, host, env } = fields;
  const templates = [
    ...Object.entries({ source, service, host, env }).map(([field, text]) => ({ path: at(field), text })),
    ...tags.map((text, i) => ({ path: `${at("tags")}[${i}]`, text })),
  ];
  for (const { path, text = "" } of templates) {
    const missing = missingGroups(text, { groupCount: 0, groupNames });
    for (const group of missing) problems.push(`${path} refers to \${${group}}, which no pattern of capture names.`);
  }
}

function checkCapture({ pattern }: Fields<"capture">, at: At, problems: Problems): void {
  if (pattern?.groupNames.size === 0) {
    problems.push(`${at("pattern")} captures nothing: give it a named group, such as (?<team>[^-]+).`);
  }
}

function checkMultiline(multiline: Fields<"multiline">, at: At, problems: Problems): void {
  const { pieces = false, separator, maxBytes } = multiline;
  if (pieces === false) return;
  if (separator && !("startPattern" in multiline)) {
    problems.push(`${at("separator")} stands between lines, and pieces have nothing between: remove it.`);
  }
  const pieceBytes = pieces === true ? DOCKER_PIECE_BYTES : pieces;
  if (maxBytes !== undefined && maxBytes <= pieceBytes) {
    problems.push(`${at("maxBytes")} must be more than one piece has, which is ${pieceBytes}: or none are joined.`);
  }
}

function checkSample({ key }: Fields<"sample">, at: At, problems: Problems): void {
  if (key?.groupCount === 0) {
    problems.push(`${at("key")} needs a group around the text that decides, such as request_id=(\\w+).`);
  }
}

function checkDetector({ detector, lookalikes }: Fields<"detector">, at: At, problems: Problems): void {
  if (lookalikes === undefined || !detector || DETECTORS_WITH_LOOKALIKES.some((name) => name === detector)) return;
  problems.push(`${at("lookalikes")} can be set for ${DETECTORS_WITH_LOOKALIKES.join(" and ")} only.`);
}

function checkPattern({ pattern, replacement = "" }: Fields<"pattern">, at: At, problems: Problems): void {
  if (!pattern) return;
  if (pattern.test("", openRuleBudget()) === true) {
    problems.push(`${at("pattern")} matches the empty text, so everywhere: narrow it.`);
  }
  for (const group of missingGroups(replacement, pattern)) {
    problems.push(`${at("replacement")} refers to group ${group}, which the pattern has not.`);
  }
}
