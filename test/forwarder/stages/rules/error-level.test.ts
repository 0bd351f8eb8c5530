import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { isErrorLevel } from "../../../../functions/forwarder/stages/rules/error-level.ts";
import { ERROR_SIGNS } from "../../../../functions/forwarder/stages/rules/error-signs.ts";
import { NO_ERRORS } from "../../../../functions/forwarder/stages/rules/no-error.ts";

const anyCase = (pattern: string) => new RegExp(pattern, "i");

describe.each(ERROR_SIGNS)("an error's sign: $what", ({ pattern, stem, examples, source }) => {
  it.each(examples)("%s", (line) => {
    expect(line).toMatch(anyCase(pattern));
    expect(isErrorLevel(line)).toBe(true);
    // Lambda's text format, JSON around it, and other lines before and behind it.
    expect(isErrorLevel(`2026-11-24T10:00:00.000Z\t1\tINFO\t${line}`) || /^Killed$/.test(line)).toBe(true);
    expect(isErrorLevel(JSON.stringify({ stream: "stderr", log: line })) || /^Killed$/.test(line)).toBe(true);
  });

  it("is found by what is looked for first", () => {
    for (const line of examples) if (stem !== undefined) expect(line).toMatch(anyCase(stem));
    // Its alternatives begin with letters: so V8 finds them fast.
    for (const alternative of stem?.split("|") ?? []) expect(alternative).toMatch(/^(?:[a-z]|\[[a-z]+\])/);
  });

  it("has a page", () => {
    expect(source).toMatch(/^https:\/\/[\w.-]+\/\S+$/);
  });
});

/** Lines of the same kinds as above, as others write them. */
const ERRORS = [
  "2026-11-24T10:00:00.000Z 5b0f Task timed out after 900.10 seconds",
  "REPORT RequestId: 1\tDuration: 12.00 ms\tMemory Size: 128 MB\tStatus: error\tError Type: Runtime.ExitError",
  "RequestId: 1 Error: Runtime exited with error: signal: killed",
  '{"time":"2026-11-24T10:00:00Z","type":"platform.initReport","record":{"status":"error","errorType":"X"}}',
  '{"time":"2026-11-24T10:00:00Z","type":"platform.runtimeDone","record":{"requestId":"1","status" : "timeout"}}',
  '{"log":"E1124 10:00:00.000001       1 x.go:1] no\\n","stream":"stderr"}',
  "2026-11-24T10:00:00.000000001Z stderr F E1124 10:00:00.000001       1 x.go:1] no",
  "thread 'main' panicked at src/main.rs:2:5:",
  "panic: runtime error: index out of range [1] with length 1",
  "FATAL:  password authentication failed for user",
  "(node:7) UnhandledPromiseRejectionWarning: x",
  '"functionError":"Unhandled"',
  "java.lang.NullPointerException: null",
  "TypeError: null",
  "Error: null",
  "error: 0x80070005",
  "error: 0 rows were updated",
  "error=no such host",
  "error=null pointer",
  "error=none of the replicas answered",
  "error: undefined method x",
  "10 errors",
  "5,000 errors",
  "errors: 0.5%",
  "errors=0 failed=1",
  "errors: 0\nERROR boom",
  "no exception handler for X",
  "exited (137) 3 seconds ago",
  "Exit Code: 1",
  "Memory cgroup out of memory: Killed process 1234 (node)",
  '{"level":"error","error":null}',
  '{"status":"failed"}',
  '{"status":"active","msg":"it crashed"}',
  '{"level":"info","status":"timeout"}',
  '  {"level":"error"}',
  '{"@l":"Fatal","@mt":"x"}',
  '{"lvl":"eror","msg":"x"}',
  '{"message":"x","context":{},"level":400,"level_name":"ERROR","channel":"app"}',
  '{"level":400,"channel":"app"}',
  '{"levelno":40,"message":"x"}',
  '{"PRIORITY":"3","MESSAGE":"x","_SYSTEMD_UNIT":"app.service"}',
  '{"syslog":{"severity":3,"hostname":"x"}}',
  '{"t":{"$date":"x"},"s":"F",  "c":"-", "id":1,"ctx":"main","msg":"x"}',
  JSON.stringify({ log: '{"level":50,"msg":"x"}\n', stream: "stdout" }),
  JSON.stringify({ log: '{"level":50,"msg":"x"}', log_processed: { level: 50, msg: "x" }, kubernetes: {} }),
  JSON.stringify({ log: JSON.stringify({ log: '{"lvl":"crit"}' }) }),
  // A time whose seconds are 0 is no count of errors.
  "2026-11-24 10:00:00 ERROR root: x",
  "[10:00:00 ERR] x",
  "10:00:00 FATAL x",
  "2026-11-24 10:00:00 +0000 ERROR x",
  "pid=0 ERROR x",
  // The first of those that are counted from 0.
  "Task 0 failed 4 times",
  "worker #0 crashed",
  "partition 0 timed out",
  // The end of a class's name is no other word.
  "TimeoutError",
  "ClientError: x",
  "ERRO[0000] x",
  "PANI[0012] x",
  "terminate called after throwing an instance of 'std::bad_alloc'",
  "  what(): malloc(): corrupted top size",
  "=CRASH REPORT==== 24-Nov-2026::10:00:00 ===",
  "   at Shop.Order.Place[T](T item, Int32 count) in C:\\src\\Order.cs:line 42",
  "\tfrom app/models/order.rb:42:in `place'",
];
test.each(ERRORS)("%j is an error", (line) => {
  expect(isErrorLevel(line)).toBe(true);
});

describe.each(NO_ERRORS)("no error: $what", ({ examples, pattern }) => {
  it.each(examples)("%s", (line) => {
    expect(line.match(pattern)).not.toBeNull();
    expect(isErrorLevel(line)).toBe(false);
    expect(isErrorLevel(`${line}, and ERROR: x`)).toBe(true);
  });
});

const ORDINARY = [
  "REPORT RequestId: 1\tDuration: 3.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB",
  "START RequestId: 1 Version: $LATEST",
  '{"type":"platform.report","record":{"metrics":{"durationMs":3},"status":"success"}}',
  "I1124 10:00:00.000001       1 x.go:1] synced",
  "W1124 10:00:00.000001       1 x.go:1] slow",
  "exit code 0",
  '{"exitCode":0}',
  "container exited with code 0",
  '10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET /orders HTTP/1.1" 200 512',
  '10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET /orders HTTP/1.1" 404 5000',
  "ok=3 changed=1 unreachable=0 failed=0 skipped=2",
  "Found 0 errors. Watching for file changes.",
  "webpack compiled with 0 errors",
  "INFO errors: 0, warnings: 2",
  "There were no errors.",
  "no warnings or errors",
  "all tasks done: 0 failed",
  "3 workers, 0 crashed",
  "0 error(s), 1 warning(s)",
  '{"error":false,"errors":[],"exception":"","lastError":null}',
  '{"body":"{\\"error\\":null}"}',
  '{"level":"info","msg":"error count is 3"}',
  '{"level":"warn","msg":"failed"}',
  '{"level":30,"msg":"it failed"}',
  '{"level":200,"level_name":"INFO","message":"it failed"}',
  '{"levelno":20,"message":"it failed"}',
  JSON.stringify({ log: '{"level":30,"msg":"it failed"}\n', stream: "stdout" }),
  '{"priority":1,"task":"rebuild"}',
  '{"PRIORITY":"6","MESSAGE":"it failed"}',
  '{"t":{"$date":"x"},"s":"I",  "c":"NETWORK", "ctx":"main","msg":"x"}',
  "night terrors, a novel",
  "lib/order.rb:42: warning: unused variable",
  '{"status":200,"path":"/error"}',
  "{ error: null, data: [] }",
  "has_error: false",
  "timeout=30s",
  "connection timeout set to 30 s",
  "failover completed",
  "failure_threshold: 3",
  "SIGTERM received, shutting down",
  "status: ok",
  "looking at Foo (bar) for more",
];
test.each(ORDINARY)("%j is no error", (line) => {
  expect(isErrorLevel(line)).toBe(false);
});

test("of any text, what the signs find is found by what is looked for first", () => {
  const parts = [...ERROR_SIGNS.flatMap(({ examples }) => [...examples]), ...ERRORS].flatMap((line) =>
    line.split(/(?=\W)/),
  );
  const sign = anyCase(ERROR_SIGNS.map(({ pattern }) => pattern).join("|"));
  let found = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 6 }), (words) => {
      const text = words.join("");
      // Of JSON, levels count first.
      if (!sign.test(text) || text.startsWith("{")) return;
      found += 1;
      // Nothing here says that there is no error: it counts as one.
      if (!NO_ERRORS.some(({ pattern }) => text.match(pattern)))
        expect({ text, is: isErrorLevel(text) }).toEqual({ text, is: true });
    }),
    { numRuns: 10_000 },
  );
  expect(found).toBeGreaterThan(500);
});
