import { openRuleBudget } from "./budget.ts";
import { checkedPattern, type Fields, fieldsOf, type Problems } from "./fields.ts";
import { DOCKER_PIECE_BYTES } from "./pieces.ts";
import { missingGroups } from "./template.ts";
import { DETECTOR_NAMES, DETECTORS_WITH_LOOKALIKES, type DetectorName, type RulesFile } from "./types.ts";

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
  const problems: Problems = [];
  const file = fieldsOf(value, "", problems);
  file.list("rules", true).forEach((rule, i) => {
    const fields = fieldsOf(rule, `rules[${i}]`, problems);
    fields.text("name");
    fields.text("logGroup", true);
    fields.text("logStream");
    checkActions(fields, problems);
  });
  const fallback = file.object("default");
  if (fallback !== undefined) checkActions(fieldsOf(fallback, "default", problems), problems);
  file.rejectOthers();
  return problems.length > 0 ? new RulesError(problems) : (value as RulesFile);
}

function checkActions(fields: Fields, problems: Problems): void {
  checkNames(fields, problems);
  for (const name of ["include", "exclude"]) {
    for (const { path, text } of fields.texts(name)) checkedPattern(text, path, problems);
  }
  const join = fields.object("multiline");
  if (join !== undefined) checkMultiline(fieldsOf(join, fields.at("multiline"), problems), problems);
  const sample = fields.object("sample");
  if (sample !== undefined) checkSample(fieldsOf(sample, fields.at("sample"), problems), problems);
  fields.list("redact").forEach((redact, i) => {
    checkRedact(redact, `${fields.at("redact")}[${i}]`, problems);
  });
  fields.rejectOthers();
}

/** What the names are given, and that every group they refer to is captured. */
function checkNames(fields: Fields, problems: Problems): void {
  const captured = new Set<string>();
  fields.list("capture").forEach((value, i) => {
    const capture = fieldsOf(value, `${fields.at("capture")}[${i}]`, problems);
    capture.choice("from", ["logGroup", "logStream"]);
    const pattern = capture.pattern("pattern", true);
    capture.rejectOthers();
    for (const name of pattern?.groupNames ?? []) captured.add(name);
    if (pattern?.groupNames.size === 0) {
      problems.push(`${capture.at("pattern")} captures nothing: give it a named group, such as (?<team>[^-]+).`);
    }
  });
  const templates = ["source", "service", "host", "env", "tags"].flatMap((name) => {
    if (name === "tags") return fields.list(name).map((tag, i) => ({ path: `${fields.at(name)}[${i}]`, text: tag }));
    const text = fields.text(name);
    return text === undefined ? [] : [{ path: fields.at(name), text }];
  });
  for (const { path, text } of templates) {
    if (typeof text !== "string" || text === "") {
      problems.push(`${path} must be a text that is not empty, such as "team:shop".`);
      continue;
    }
    const missing = missingGroups(text, { groupCount: 0, groupNames: captured });
    for (const group of missing) problems.push(`${path} refers to \${${group}}, which no pattern of capture names.`);
  }
}

function checkMultiline(multiline: Fields, problems: Problems): void {
  const pieces = multiline.flagOrNumber("pieces", 1, 1_048_576);
  const joinsPieces = pieces !== undefined && pieces !== false;
  // Without pieces there is nothing else by which to join.
  multiline.pattern("startPattern", !joinsPieces);
  const separator = multiline.possiblyEmptyText("separator");
  if (separator && joinsPieces && !multiline.has("startPattern")) {
    problems.push(`${multiline.at("separator")} stands between lines, and pieces have nothing between: remove it.`);
  }
  multiline.number("maxLines", 1, 10_000, { whole: true });
  const maxBytes = multiline.number("maxBytes", 1, 1_048_576, { whole: true });
  const pieceBytes = pieces === true ? DOCKER_PIECE_BYTES : pieces || 0;
  if (maxBytes !== undefined && joinsPieces && maxBytes <= pieceBytes) {
    problems.push(
      `${multiline.at("maxBytes")} must be more than one piece has, which is ${pieceBytes}: or none are joined.`,
    );
  }
  multiline.rejectOthers();
}

function checkSample(sample: Fields, problems: Problems): void {
  sample.number("rate", 0, 1, { required: true });
  const key = sample.pattern("key");
  if (key?.groupCount === 0) {
    problems.push(`${sample.at("key")} needs a group around the text that decides, such as request_id=(\\w+).`);
  }
  sample.flag("keepErrors");
  sample.rejectOthers();
}

function checkRedact(value: unknown, path: string, problems: Problems): void {
  const choices = `one of ${DETECTOR_NAMES.join(", ")}`;
  if (typeof value === "string") {
    if (DETECTOR_NAMES.includes(value as DetectorName)) return;
    problems.push(`${path} must be ${choices}, or an object with a pattern.`);
    return;
  }
  const redact = fieldsOf(value, path, problems);
  // An empty replacement takes the text away without a trace.
  const replacement = redact.possiblyEmptyText("replacement");
  if (redact.has("detector")) {
    const detector = redact.choice("detector", DETECTOR_NAMES);
    if (
      redact.flag("lookalikes") !== undefined &&
      detector &&
      !DETECTORS_WITH_LOOKALIKES.some((name) => name === detector)
    ) {
      problems.push(`${redact.at("lookalikes")} can be set for ${DETECTORS_WITH_LOOKALIKES.join(" and ")} only.`);
    }
  } else {
    redact.text("name");
    const pattern = redact.pattern("pattern", true);
    if (pattern?.test("", openRuleBudget()) === true)
      problems.push(`${redact.at("pattern")} matches the empty text, so everywhere: narrow it.`);
    const missing = pattern && replacement ? missingGroups(replacement, pattern) : [];
    for (const group of missing) {
      problems.push(`${redact.at("replacement")} refers to group ${group}, which the pattern has not.`);
    }
  }
  redact.rejectOthers();
}
