/**
 * Whether a line reports an error or worse. A JSON object that names its level is believed; any other text is
 * searched for the usual words. In doubt a line counts as an error: it costs a little more, and is not lost.
 */
export function isErrorLevel(message: string): boolean {
  // Nothing below can say yes without one of these, and most lines have none.
  if (!MAYBE.test(message)) return false;
  const levels = message.startsWith("{") ? levelsOf(message) : [];
  return levels.length > 0 ? levels.some(isErrorValue) : ERROR_WORD.test(message);
}

const ERROR_WORD = /error|exception|fatal|critical|panic|emergency|severe|traceback|\b(?:err|crit|emerg|alert)\b/i;

/** Prefixes as Datadog reads statuses. https://docs.datadoghq.com/logs/log_configuration/processors/ (2026-11) */
const ERROR_STATUS = /^\s*(?:err|crit|fatal|emerg|alert|panic|severe|f$|e$|c$)/i;

/**
 * A level field with a value that may be an error's, or an error word anywhere. White space is looked for again only behind a
 * quote: with `\s*"?\s*`, a run of n spaces could be shared out in n ways.
 */
const MAYBE = new RegExp(
  `${ERROR_WORD.source}|(?:level|levelname|lvl|status|severity|severitytext)"\\s*:\\s*(?:"\\s*)?(?:\\d|[efc]"|err|crit|emerg|alert)`,
  "i",
);

/** Fields that hold a level, in lower case; `log.level` may be nested, too. */
const LEVEL_FIELDS = new Set([
  "level",
  "status",
  "severity",
  "loglevel",
  "log_level",
  "log.level",
  "levelname",
  "lvl",
  "severitytext",
  "syslog.severity",
]);

function levelsOf(message: string): [name: string, value: unknown][] {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(message);
  } catch {
    // It only looked like JSON: its words decide.
    return [];
  }
  const nested = typeof fields.log === "object" && fields.log !== null ? Object.entries(fields.log) : [];
  return [...Object.entries(fields), ...nested.map(([name, value]): [string, unknown] => [`log.${name}`, value])]
    .map(([name, value]): [string, unknown] => [name.toLowerCase(), value])
    .filter(([name]) => LEVEL_FIELDS.has(name));
}

/**
 * Numbers mean what their size says: to 3 an error of syslog (but success, if it is a `status`), from 50 one of
 * pino and bunyan, from 500 a failed HTTP request.
 */
function isErrorValue([name, value]: [string, unknown]): boolean {
  if (typeof value === "string" && !/^\s*\d+\s*$/.test(value)) return ERROR_STATUS.test(value);
  if (typeof value !== "string" && typeof value !== "number") return false;
  const level = Number(value);
  return level >= 500 || (level >= 50 && level < 100) || (level <= 3 && name !== "status");
}
