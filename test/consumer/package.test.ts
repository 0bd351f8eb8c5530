import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { dependencies, peerDependencies, exports } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
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

describe("the package", () => {
  const files = () => {
    const all = readdirSync(path.join(folder, "package"), { recursive: true, encoding: "utf8" });
    return all.filter((file) => statSync(path.join(folder, "package", file)).isFile());
  };
  const contentOf = (file: string) => readFileSync(path.join(folder, "package", file), "utf8");

  test("has functions, constructs, documentation and examples: no source, no test, nothing twice", () => {
    const places = [
      /^dist\/(forwarder|replayer|subscriber)\/[\w-]+\.mjs$/,
      /^dist\/package\/(functions|infra)\/[\w/-]+\.(js|d\.ts)$/,
      /^docs\/[\w-]+(\.schema)?\.(md|svg|csv|jsonl?)$/,
      /^examples\/[\w-]+\.(ts|md)$/,
      /^(package\.json|LICENSE|(README|README\.ja|CHANGELOG|SECURITY)\.md)$/,
    ];
    expect(files().filter((file) => !places.some((place) => place.test(file)))).toEqual([]);
    expect(files()).toEqual(
      expect.arrayContaining(["docs/operations.md", "docs/rules.schema.json", "LICENSE", "README.md"]),
    );
  });

  test("is small enough to be installed by every build", () => {
    const bytes = files().reduce((sum, file) => sum + statSync(path.join(folder, "package", file)).size, 0);
    expect(bytes).toBeLessThan(5_000_000);
  });

  test("depends on what its constructs import, and on nothing else", () => {
    const compiled = files().filter((file) => /^dist\/package\/.*\.(js|d\.ts)$/.test(file));
    const imported = compiled
      .flatMap((file) => [...contentOf(file).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"([@\w][\w@/.:-]*)"/g)])
      .map(([, name = ""]) => name)
      .filter((name) => !name.startsWith(".") && !isBuiltin(name))
      .map((name) => (name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : name.split("/")[0]));
    const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
    expect([...new Set(imported)].toSorted()).toEqual(declared.toSorted());
  });

  test("every entry point has its files, and is in the consumer's app", () => {
    const app = readFileSync(path.join(ROOT, "test/consumer/app.ts"), "utf8");
    for (const [name, places] of Object.entries(exports as Record<string, Record<string, string>>)) {
      expect(files()).toEqual(expect.arrayContaining(Object.values(places).map((file) => file.slice(2))));
      expect(app).toContain(`from "sidecarless/${name.slice(2)}"`);
    }
  });
});
