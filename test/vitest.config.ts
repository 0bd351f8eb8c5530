import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Tests that measure time or memory, or that wait for processes most of the time: each file has a process of its own. */
const ALONE = [
  "test/{consumer,docs}/**/*.test.ts",
  "test/compare/{firelens,kinesis,lambda,local,sweep}/**/*.test.ts",
  "test/compare/report/page/in-chromium.test.ts",
  "test/forwarder/{behind-a-proxy,handler}.test.ts",
  "test/forwarder/stages/rules/growth.test.ts",
  "test/infra/{app,packaged,real-router}.test.ts",
  "test/tools/{lambda,start}/**/*.test.ts",
];

// Node keeps what it compiled there: a command of ours that a test starts takes half the time. Workers inherit it.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url));

export default defineConfig({
  test: {
    globalSetup: "test/announce.ts",
    setupFiles: "test/seed.ts",
    // Most tests wait for processes and servers that they started: twice as many files as cores are under way.
    maxWorkers: 2 * availableParallelism(),
    // A machine under load may take its time. Nothing asserts on it: a limit ends only what would never end.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Where it stands between a change and its landing, a test that had to wait too long has a second try, and the output says
    // so. What is random has the same seed in both.
    retry: process.env.CI ? 1 : 0,
    expect: { poll: { timeout: 120_000 } },
    // CDK's validation at each synth takes several times as long as the synth. `npm run lint:templates` has it, and so have
    // the tests that run `cdk` and `npm run package`.
    env: { CDK_VALIDATION: "false" },
    coverage: { include: ["functions/**"], reporter: ["text"] },
    projects: [
      {
        extends: true,
        // A worker goes on with what it loaded for the file before, which is half the time of a small file: nothing that
        // our modules keep may differ from one file to the next.
        test: { name: "shared", include: ["test/**/*.test.ts"], exclude: ALONE, pool: "threads", isolate: false },
      },
      {
        extends: true,
        test: { name: "alone", include: ALONE },
      },
    ],
  },
});
