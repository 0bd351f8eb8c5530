/** `npm run e2e`: the stack deployed to an embedded AWS, and every event that enters followed to where it ends. */

import { type Environment, startEnvironment } from "../../tools/embedded-aws/environment.ts";
import { MINISTACK_VERSION } from "../../tools/embedded-aws/ministack.ts";
import { endOnSignals } from "../../tools/embedded-aws/programs.ts";
import { MissingError } from "../../tools/embedded-aws/python-program.ts";
import { ruleSteps } from "./by-rule.ts";
import { changeSteps } from "./changes.ts";
import { compareSteps } from "./comparison.ts";
import { checkSteps } from "./datadog-check.ts";
import { motoSteps } from "./moto.ts";
import { packagedSteps } from "./packaged.ts";
import { ofTheStack, scenario } from "./scenario.ts";
import { scene } from "./scene.ts";
import { runSteps } from "./steps.ts";
import { streamSteps } from "./stream.ts";
import { upgradeSteps } from "./upgrade.ts";

const print = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const start = performance.now();
  const environment = await startEnvironment(print);
  const { aws, recorderUrl } = environment;
  const other = aws.version === MINISTACK_VERSION ? "" : ` (this was written for ${MINISTACK_VERSION})`;
  const policies = `policies of roles and buckets ${aws.enforcesPolicies ? "enforced" : "not enforced"}`;
  print(`MiniStack ${aws.version}${other} at ${aws.endpoint}, ${policies}; intake at ${recorderUrl}\n`);
  const steps = [
    ...scenario(scene(environment)),
    ...changeSteps(environment),
    ...(await upgradeSteps(environment)),
    ...streamSteps(environment),
    ...ruleSteps(environment),
    ...packagedSteps(environment, print),
    ...checkSteps(environment),
    ...compareSteps(environment),
    ...motoSteps(environment, print),
  ];
  const { passed, failed, skipped } = await runSteps(steps, print);
  if (failed > 0) await printLogs(environment);
  print(`\n${((performance.now() - start) / 1000).toFixed(0)} s in all`);
  print(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 ? 0 : 1;
}

/** What may tell why a step failed: the last words of the functions and of the emulator. */
async function printLogs({ aws, cloud }: Environment): Promise<void> {
  for (const name of (await cloud.functions()).filter(ofTheStack)) {
    const lines = await cloud.logLines(await cloud.logGroupOf(name));
    print(`\nThe last of ${lines.length} lines that ${name} logged:\n${lines.slice(-LAST_LINES).join("\n")}`);
  }
  if (aws.log()) print(`\nThe last lines of MiniStack's log:\n${aws.log()}`);
}

const LAST_LINES = 12;
const INTERRUPTED = 130;

endOnSignals(() => INTERRUPTED);
main().then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`e2e: ${error instanceof MissingError ? error.message : error.stack}\n`);
    process.exit(error instanceof MissingError ? 2 : 1);
  },
);
