import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
/** What `cdk init app --language typescript` writes. */
const TEMPLATE = path.join(ROOT, "node_modules/aws-cdk/lib/init-templates/app/typescript/tsconfig.json");

/** Where CDK is taken from: another folder's `node_modules` for another version of it. */
const CDK = process.env.CDK_FROM ?? path.join(ROOT, "node_modules");
const FROM_CDK = ["aws-cdk-lib", "constructs"];

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "sidecarless-consumer-"));
  await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], { cwd: ROOT });
  const [tarball = ""] = readdirSync(folder);
  await run("tar", ["-xzf", tarball], { cwd: folder });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A CDK app with the packed package in its `node_modules`, and beside it only what the package says it needs. */
function consumer(type: "module" | "commonjs"): string {
  const app = path.join(folder, type);
  const modules = path.join(app, "node_modules");
  mkdirSync(path.join(modules, "@types"), { recursive: true });
  cpSync(path.join(folder, "package"), path.join(modules, "sidecarless"), { recursive: true });
  for (const name of [...FROM_CDK, "@types/node", ...Object.keys(dependencies)]) {
    mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
    symlinkSync(
      path.join(FROM_CDK.includes(name) ? CDK : path.join(ROOT, "node_modules"), name),
      path.join(modules, name),
    );
  }
  cpSync(path.join(ROOT, "test/consumer/app.ts"), path.join(app, "app.ts"));
  writeFileSync(path.join(app, "package.json"), JSON.stringify({ name: "consumer", type }));
  const { compilerOptions, ...others } = JSON.parse(readFileSync(TEMPLATE, "utf8"));
  const options = { ...compilerOptions, types: ["node"], noEmit: false };
  writeFileSync(path.join(app, "tsconfig.json"), JSON.stringify({ ...others, compilerOptions: options }));
  return app;
}

test.each(["module", "commonjs"] as const)(
  "an app as CDK's own template makes it synthesizes every construct across stacks: %s",
  async (type) => {
    const app = consumer(type);
    await run(process.execPath, [path.join(ROOT, "node_modules/typescript/bin/tsc"), "-p", app], { cwd: app }).catch(
      ({ stdout }) => expect.fail(`it does not compile:\n${stdout}`),
    );
    const out = path.join(app, "cdk.out");
    await run(process.execPath, ["app.js"], { cwd: app, env: { ...process.env, CDK_OUTDIR: out } });
    const stacks = readdirSync(out).filter((file) => file.endsWith(".template.json"));
    expect(stacks.map((file) => file.split(".")[0]).toSorted()).toEqual(
      ["Alone", "Basket", "Billing", "Others", "Platform", "Shop", "Watching"].toSorted(),
    );
    const { Resources } = JSON.parse(readFileSync(path.join(out, "Platform.template.json"), "utf8"));
    const functions = Object.values(Resources as Record<string, { Type: string; Properties: { Handler?: string } }>)
      .filter(({ Type }) => Type === "AWS::Lambda::Function")
      .map(({ Properties }) => Properties.Handler);
    expect(functions).toEqual(["index.handler", "index.handler", "index.handler"]);
  },
  120_000,
);
