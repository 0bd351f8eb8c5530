/**
 * A module of Node's own, as `require` gives it. `import` would read all that it exports, and so load what stands behind
 * lazy exports: with `node:http` a whole `fetch` and WebSocket, 12 ms of a cold start and 10 MB.
 */
export const builtin = process.getBuiltinModule;
