import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/announce.ts",
    // Most tests wait for processes and servers that they started: twice as many files as cores are under way.
    maxWorkers: 2 * availableParallelism(),
    // Tests start real servers and processes; a machine under load may take its time. Nothing asserts on it.
    testTimeout: 30_000,
    coverage: { include: ["functions/**"], reporter: ["text"] },
  },
});
