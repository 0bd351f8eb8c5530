import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { GENERATED_FILES } from "./generated-files.ts";

// npm run docs: writes what is made from tables and sources.
for (const [file, made] of Object.entries(GENERATED_FILES)) {
  const url = new URL(`../../${file}`, import.meta.url);
  const before = existsSync(url) ? readFileSync(url, "utf8") : "";
  writeFileSync(url, made(before));
}
