import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Tests start real servers and processes; a machine under load may take its time. Nothing asserts on it.
    testTimeout: 30_000,
    coverage: { include: ["functions/**"], reporter: ["text"] },
  },
});
