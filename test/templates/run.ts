/** `npm run lint:templates`: cfn-lint over every variant of the stacks, in several regions. */

import { mkdirSync } from "node:fs";
import path from "node:path";
import { endOnSignals, temporaryFolder } from "../../tools/embedded-aws/programs.ts";
import { MissingError } from "../../tools/embedded-aws/python-program.ts";
import { judge, lint, REGIONS } from "./cfn-lint.ts";
import { EXCEPTIONS } from "./exceptions.ts";
import { terraformProblems } from "./terraform-module.ts";
import { VARIANTS } from "./variants.ts";

/** Its folder: the name of its variant. */
const PACKAGED = "packaged-without-CDK";

const print = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const folder = temporaryFolder();
  const files = Object.entries(VARIANTS).flatMap(([name, synthesize]) => {
    const out = path.join(folder, name.replaceAll(/\W+/g, "-"));
    mkdirSync(out);
    return synthesize(out);
  });
  const findings = await lint(files, print);
  const { faults, unused } = judge(findings, EXCEPTIONS);
  for (const { rule, message, file, path: place } of faults) {
    print(`${path.relative(folder, file)} ${place}\n  ${rule} ${message}`);
  }
  for (const { rule, message } of unused) print(`exceptions.ts: nothing needs ${rule} ${message} any more. Remove it.`);
  const wrong = await terraformProblems(path.join(folder, PACKAGED, "main.tf"), print);
  for (const problem of wrong) print(problem);
  const checked = `${files.length} templates of ${Object.keys(VARIANTS).length} variants in ${REGIONS.length} regions`;
  print(`${checked}: ${faults.length} faults, ${findings.length - faults.length} findings with a reason`);
  return faults.length + unused.length + wrong.length === 0 ? 0 : 1;
}

endOnSignals(() => 130);
main().then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`lint:templates: ${error instanceof MissingError ? error.message : error.stack}\n`);
    process.exit(error instanceof MissingError ? 2 : 1);
  },
);
