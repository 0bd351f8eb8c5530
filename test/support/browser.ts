import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const NO_CHROMIUM =
  "There is no Chromium to open the report in: install Debian's package chromium, or set CHROMIUM to the program.";

/** The one that CHROMIUM names, or one where packages put it. Undefined: none; in CI, where CI is set, that is an error. */
export function findChromium(): string | undefined {
  const { CHROMIUM, CI } = process.env;
  const found = CHROMIUM ? [CHROMIUM].find(existsSync) : INSTALLED.find(existsSync);
  if (found === undefined && CI) throw new Error(NO_CHROMIUM);
  return found;
}

/** Without whatever it would do on the network by itself. */
export const startChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
