import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { stringify } from "yaml";
import { VERSION } from "../../functions/version.ts";
import { howToDeploy } from "./how-to-deploy.ts";
import { PackagedStack, STACK_NAME_PLACEHOLDER } from "./packaged-stack.ts";
import { portable, type Template } from "./portable-template.ts";
import { terraformModule } from "./terraform.ts";

/** Of the folders of the functions' code. */
const BUNDLES = ["forwarder", "replayer", "subscriber"] as const;
const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

/** The template that stands alone: functions in folders beside it, any stack name. */
export function packagedTemplate(): Template {
  const outdir = mkdtempSync(path.join(tmpdir(), "sidecarless-package-"));
  try {
    const app = new App({ outdir, analyticsReporting: false });
    const stack = new PackagedStack(app, "Packaged");
    const { template } = app.synth().getStackByName(stack.stackName);
    return portable(template, STACK_NAME_PLACEHOLDER, (bundle) => `./${bundle}`);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** @throws as node:fs does, if the folder can't be written. */
export function writePackage(folder: string): void {
  // First of all, since it may be refused.
  mkdirSync(folder, { recursive: true });
  const template = packagedTemplate();
  for (const bundle of BUNDLES) cpSync(`${DIST}${bundle}`, path.join(folder, bundle), { recursive: true });
  writeFileSync(path.join(folder, "template.yaml"), stringify(template, { lineWidth: 0 }));
  writeFileSync(path.join(folder, "main.tf"), terraformModule(BUNDLES, VERSION));
  writeFileSync(path.join(folder, "README.md"), howToDeploy(VERSION));
}
