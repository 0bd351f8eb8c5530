import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Most tests wait for processes and servers that they started: one file more than there are cores is under way.
    maxWorkers: availableParallelism() + 1,
    // Tests start real servers and processes; a machine under load may take its time. Nothing asserts on it.
    testTimeout: 30_000,
    coverage: { include: ["functions/**"], reporter: ["text"] },
  },
});
