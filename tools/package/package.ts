/** `npm run package`: the forwarder as plain CloudFormation, for those who do not use CDK. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { writePackage } from "../../infra/packaged/write-package.ts";
import { readArguments, UsageError } from "../arguments.ts";
import { builtFunctions } from "../bundle/built-functions.ts";
import { commandLine } from "../command-line.ts";
import { cantWrite } from "../file-error.ts";

const HELP = `Writes the forwarder as plain CloudFormation: a template with parameters, and
the functions, for the aws CLI, sam, a StackSet or Terraform. No CDK, no
bootstrap.

Usage: npm run package -- --out FOLDER

  --out FOLDER   a new or empty folder
  --force        write into one that is not empty
  --help         this text

Exit code: 0, 1 if the folder could not be written, 2 if it was called wrongly.
`;

function run(folder: string, force: boolean): void {
  try {
    if (!force && existsSync(folder) && readdirSync(folder).length > 0) {
      throw new UsageError(`${folder} is not empty. Give another folder, or --force to write over what is there.`);
    }
    writePackage(folder);
  } catch (error) {
    cantWrite(folder, error);
  }
  process.stdout.write(`Wrote ${folder}: template.yaml, functions, main.tf for Terraform.
How to deploy it: ${path.join(folder, "README.md")}
`);
}

await commandLine("npm run package", 0, async () => {
  const { values } = readArguments({
    args: process.argv.slice(2),
    options: {
      out: { type: "string" },
      force: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) process.stdout.write(HELP);
  else if (!values.out) throw new UsageError("--out FOLDER is missing.");
  else {
    await builtFunctions();
    run(values.out, values.force);
  }
});
