import { tag } from "./formats.ts";
import type { SettingRows } from "./setting-row.ts";
import { list, path, text } from "./shapes.ts";

export const ENTRIES_SETTINGS = {
  env: {
    shape: text,
    otherwise: "no such tag",
    means: "Tag `env:`.",
    example: "prod",
    question: "Environment, sent as the tag env",
  },
  service: {
    shape: text,
    otherwise: "from the names of log group and stream",
    means: "Service of every entry.",
    example: "shop",
  },
  source: {
    shape: text,
    otherwise: "from the names of log group and stream",
    means: "`ddsource` of every entry.",
    example: "nodejs",
  },
  tags: {
    shape: list(tag),
    default: [],
    means: "Tags of every entry, `key:value`.",
    example: ["team:shop"],
  },
  rules: {
    shape: path,
    otherwise: "no rules",
    means:
      "Path of a [rules file](rules.md): what is joined, dropped, sampled, redacted and named. In a settings file, relative to that file.",
    example: "rules.json",
  },
} as const satisfies SettingRows;
