import { complaint } from "../../infra/settings/parse-settings.ts";
import { readText } from "../../infra/settings/read-value.ts";
import type { SettingRow } from "../../infra/settings/table/setting-row.ts";
import { SETTINGS, type SettingName } from "../../infra/settings/table.ts";
import type { Answers } from "./options.ts";

export interface Terminal {
  readonly say: (text: string) => void;
  /** Shows the question and waits for a line. @throws InputEnded */
  readonly ask: (question: string) => Promise<string>;
}

/** Asks for what is not answered yet, again and again until an answer is good. An empty one takes what is in brackets. */
export async function askFor(given: Answers, terminal: Terminal): Promise<Answers> {
  const apiKey = await apiKeyPlace(given, terminal);
  const plain = await askEach(["site", "env"], given, terminal);
  const subscribed = await whatToSubscribe(given, terminal);
  const alarms = await askEach(["alarmTopicArn"], given, terminal);
  return { ...given, ...apiKey, ...plain, ...subscribed, ...alarms };
}

const SECRET_NAME = "datadog-api-key";

async function apiKeyPlace(given: Answers, terminal: Terminal): Promise<Answers> {
  if (given.apiKeySecret !== undefined || given.apiKeyParameter !== undefined) return {};
  const place = await answerTo("The Datadog API key is in a secret (Secrets Manager) or a parameter (SSM) [secret]", {
    terminal,
    read: (text) => {
      const value = text || "secret";
      return value === "secret" || value === "parameter" ? { value } : { problem: "Say secret or parameter" };
    },
  });
  return place === "secret"
    ? { apiKeySecret: await settingAnswer("apiKeySecret", terminal, SECRET_NAME) }
    : { apiKeyParameter: await settingAnswer("apiKeyParameter", terminal, `/${SECRET_NAME}`) };
}

async function whatToSubscribe(given: Answers, terminal: Terminal): Promise<Answers> {
  if (given.logGroups !== undefined || given.wholeAccount) return {};
  const groups = await answerTo(SETTINGS.logGroups.question, {
    terminal,
    read: (text) => {
      if (text === "all") return { value: text };
      if (text === "") return { problem: "Give names, or all, or none" };
      return readSetting("logGroups", text);
    },
  });
  return groups === "all" ? { wholeAccount: true } : { logGroups: groups };
}

/** Settings that need not be set. */
async function askEach(names: readonly SettingName[], given: Answers, terminal: Terminal): Promise<Answers> {
  const answers: Partial<Record<SettingName, unknown>> = {};
  for (const name of names) {
    if (given[name] === undefined) answers[name] = await settingAnswer(name, terminal);
  }
  return answers;
}

/** Without a fallback an empty answer leaves it unset. */
function settingAnswer(name: SettingName, terminal: Terminal, fallback?: string): Promise<unknown> {
  const row: SettingRow = SETTINGS[name];
  const [, unset] = /^`(.*)`$/.exec(row.otherwise ?? "") ?? [];
  const hint = fallback ?? unset;
  return answerTo(`${row.question}${hint === undefined ? ` (empty: ${row.otherwise})` : ` [${hint}]`}`, {
    terminal,
    read: (text) => {
      const answer = text || fallback;
      return answer === undefined || answer === unset ? { value: undefined } : readSetting(name, answer);
    },
  });
}

type Answer = { readonly value: unknown } | { readonly problem: string };

function readSetting(name: SettingName, text: string): Answer {
  const read = readText(SETTINGS[name].shape, text);
  return "must" in read ? { problem: complaint("It", SETTINGS[name], read) } : read;
}

interface Asking {
  readonly terminal: Terminal;
  readonly read: (text: string) => Answer;
}

async function answerTo(question: string, { terminal, read }: Asking): Promise<unknown> {
  for (;;) {
    const answer = read((await terminal.ask(`${question}: `)).trim());
    if ("value" in answer) return answer.value;
    terminal.say(`${answer.problem}.\n`);
  }
}
