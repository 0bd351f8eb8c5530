import { PARAMETER_NAMES } from "../../infra/packaged/parameters.ts";
import { variableName } from "../../infra/packaged/terraform.ts";
import { runProgram } from "../../tools/embedded-aws/programs.ts";
import { PROJECT, type PythonPackage, pythonProgram } from "../../tools/embedded-aws/python-program.ts";

/** https://pypi.org/project/python-hcl2/ A parser of Terraform's language. */
const HCL2: PythonPackage = { name: "python-hcl2", version: "8.1.4", program: "hcl2tojson" };

interface Module {
  readonly variable: readonly Readonly<Record<string, unknown>>[];
  readonly resource: readonly Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>[];
}

/** Of the parser's JSON, in which names are quoted once more. */
const bare = (name: string) => name.replace(/^"|"$/g, "");

/** What is wrong with the module beside a packaged template: a sentence each. */
export async function terraformProblems(file: string, say: (line: string) => void): Promise<string[]> {
  const program = await pythonProgram(HCL2, say);
  const { ok, output } = await runProgram(program, ["--quiet", file], { env: process.env, cwd: PROJECT });
  if (!ok) return [`${file} is no Terraform: ${output.trim().split("\n").at(-1)}`];
  const { variable, resource } = JSON.parse(output) as Module;
  const variables = variable.flatMap((block) => Object.keys(block).map(bare));
  const expected = ["code_bucket", "stack_name", ...PARAMETER_NAMES.map(variableName)];
  const stack = resource
    .flatMap((block) => Object.entries(block))
    .find(([type]) => bare(type) === "aws_cloudformation_stack")?.[1];
  const [given = {}] = Object.values(stack ?? {});
  const passedOn = Object.keys((given.parameters ?? {}) as object).map(bare);
  return [
    ...difference("variable", variables, expected),
    ...difference("parameter of the stack", passedOn, PARAMETER_NAMES),
  ];
}

function difference(what: string, found: readonly string[], expected: readonly string[]): string[] {
  return [
    ...expected.filter((name) => !found.includes(name)).map((name) => `The Terraform module has no ${what} ${name}.`),
    ...found
      .filter((name) => !expected.includes(name))
      .map((name) => `The Terraform module has a ${what} ${name} too many.`),
  ];
}
