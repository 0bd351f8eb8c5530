import { ERROR_SIGNS } from "./error-signs.ts";
import { NO_ERRORS } from "./no-error.ts";

/**
 * Whether a line reports an error or worse. A JSON object that names its level is believed; any other text is
 * searched for signs of one. In doubt a line counts as an error: it costs a little more, and is not lost.
 */
export function isErrorLevel(text: string): boolean {
  // Nothing below can say yes without one of these, and most lines have none: to look for them is three times as fast.
  if (!STEM_OR_LEVEL.test(text) && !WITHOUT_STEM.test(text)) return false;
  const hasSign = ERROR_SIGN.test(text);
  if (!hasSign && !LEVEL.test(text)) return false;
  const levels = /^\s{0,10}\{/.test(text) ? levelsOf(text) : [];
  if (levels.some(isErrorValue)) return true;
  if (levels.some(isOtherLevel)) return false;
  return hasSign && ERROR_SIGN.test(withoutNoErrors(text));
}

const ERROR_SIGN = new RegExp(ERROR_SIGNS.map(({ pattern }) => pattern).join("|"), "i");

const withoutNoErrors = (text: string) => NO_ERRORS.reduce((rest, { pattern }) => rest.replace(pattern, " "), text);

/** Prefixes as Datadog reads statuses. https://docs.datadoghq.com/logs/log_configuration/processors/ (2026-11) */
const ERROR_STATUS = /^\s*(?:err|eror|crit|fatal|emerg|alert|panic|severe|fail|timed?_?out|ftl|f$|e$|c$)/i;
const OTHER_LEVEL = /^\s*(?:info|warn|debug|trace|notice|verbose|fine|config|silly|http|log|ok|success|[iwdtnv]$)/i;

/**
 * A level field with a value that may be an error's. White space is looked for again only behind a
 * quote: with `\s*"?\s*`, a run of n spaces could be shared out in n ways.
 */
const LEVEL =
  /(?:level|levelname|lvl|status|severity|severitytext|@l|levelno|priority)\\{0,3}"\s*:\s*(?:\\{0,3}"\s*)?(?:\d|[efc]\\{0,3}"|err|eror|crit|emerg|alert|fail|time)/i;
const STEM_OR_LEVEL = new RegExp([...ERROR_SIGNS.flatMap(({ stem }) => stem ?? []), LEVEL.source].join("|"), "i");
const WITHOUT_STEM = new RegExp(ERROR_SIGNS.flatMap(({ stem, pattern }) => (stem ? [] : pattern)).join("|"), "i");

/** Fields that hold a level, in lower case; those with a dot may be nested, too. */
const LEVEL_FIELDS = new Set([
  "level",
  "status",
  "severity",
  "loglevel",
  "log_level",
  "log.level",
  "levelname",
  // Monolog's. https://github.com/Seldaek/monolog/blob/main/doc/message-structure.md (2026-11)
  "level_name",
  // Python's, as a number.
  "levelno",
  "lvl",
  // Serilog's. https://clef-json.org (2026-11)
  "@l",
  "severitytext",
  "syslog.severity",
]);

/** In capitals only: a `priority` of any other program is no level. https://systemd.io/JOURNAL_EXPORT_FORMATS (2026-11) */
const JOURNAL_PRIORITY = "PRIORITY";

/** Under which names the line itself stands in what Docker and Fluent Bit write: as a text, and as they read it. */
const AS_READ = "log_processed";
const AS_TEXT = "log";

function levelsOf(message: string): [name: string, value: unknown][] {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(message);
  } catch {
    // It only looked like JSON: its words decide.
    return [];
  }
  const nested = ["log", "syslog", AS_READ].flatMap((parent) => {
    const within = fields[parent];
    if (typeof within !== "object" || within === null) return [];
    const prefix = parent === AS_READ ? "" : `${parent}.`;
    return Object.entries(within).map(([name, value]): [string, unknown] => [prefix + name, value]);
  });
  const line = fields[AS_TEXT];
  const ofLine = typeof line === "string" && line.startsWith("{") ? levelsOf(line) : [];
  return [...Object.entries(fields), ...nested, ...ofLine]
    .map(([name, value]): [string, unknown] => [name === JOURNAL_PRIORITY ? "severity" : name.toLowerCase(), value])
    .filter(([name]) => LEVEL_FIELDS.has(name));
}

/**
 * Numbers mean what their size says: to 3 an error of syslog (but success, if it is a `status`), from 50 one of
 * pino and bunyan (from 40 if it is Python's), from 400 one of Monolog, from 500 a failed HTTP request.
 */
function isErrorValue([name, value]: [string, unknown]): boolean {
  if (isWord(value)) return ERROR_STATUS.test(value);
  if (typeof value !== "string" && typeof value !== "number") return false;
  const level = Number(value);
  if (name === "levelno") return level >= 40;
  return level >= (name === "status" ? 500 : 400) || (level >= 50 && level < 100) || (level <= 3 && name !== "status");
}

/** A number that is no error's is that of another level, too. A `status` of `active` tells of no level. */
const isOtherLevel = ([, value]: [string, unknown]) =>
  isWord(value) ? OTHER_LEVEL.test(value) : typeof value === "number" || typeof value === "string";

const isWord = (value: unknown): value is string => typeof value === "string" && !/^\s*\d+\s*$/.test(value);
