/** A kind of text that tells of an error or worse. */
export interface ErrorSign {
  /** For docs/rules.md, whose table is made of these. */
  readonly what: string;
  /** In any case. Every repetition in it is bounded, so that no text takes long. */
  readonly pattern: string;
  /**
   * What is in every text that the pattern finds: looked for first, since most lines have none of these. Each alternative is of
   * letters at its beginning: others would make V8's search for all of them up to three times as slow (2026-11). Without it, the
   * pattern itself is looked for first, which is as fast if it is alone.
   */
  readonly stem?: string;
  readonly examples: readonly [string, ...string[]];
  /** Where such lines are described or written. */
  readonly source: string;
}

/** A word's beginning; also behind the escape of a newline or tab, as JSON around it writes them. */
const START = String.raw`(?:\b|\\[nrt])`;

export const ERROR_SIGNS: readonly ErrorSign[] = [
  {
    what: "names of levels, also within words",
    pattern: String.raw`error|exception|fatal|critical|panic|emergency|severe|${START}(?:err|eror|crit|emerg|alert|ftl|(?:erro|fata|pani)(?=\[))\b`,
    stem: "err|eror|excep|fata|crit|pani|emerg|severe|alert|ftl",
    examples: [
      "CRITICAL: disk full",
      "[crit] 7#7: shm_open() denied",
      "java.lang.IllegalStateException: x",
      "[10:00:00 ERR] x",
      "FATA[0003] x",
      "lvl=eror msg=x",
    ],
    source: "https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1",
  },
  {
    what: "something failed",
    pattern: String.raw`${START}fail(?:(?:ed|ures?)(?![\w-])|:)`,
    stem: "fail",
    examples: ["Failed to list pods", "fail: Shop.Api.Orders[0]", "Main process exited, status=1/FAILURE"],
    source: "https://learn.microsoft.com/dotnet/core/extensions/console-log-formatter",
  },
  {
    what: "glog's and klog's letters E and F",
    pattern: String.raw`${START}[ef](?:20\d\d)?(?:0[1-9]|1[0-2])[0-3]\d \d\d:\d\d:\d\d\.\d`,
    examples: [
      "E1124 10:00:00.000001      11 reflector.go:138] no such pods",
      "F1124 10:00:00.000001       1 main.go:20] can't start",
      "E20261124 10:00:00.000001    11 disk.cc:7] can't read",
    ],
    source: "https://github.com/kubernetes/klog/blob/main/klog.go",
  },
  {
    what: "MongoDB's letters E and F",
    // Also within JSON.
    pattern: String.raw`\bs(?:":"[ef]"|\\":\\"[ef]\\"),.{0,80}ctx\\?":`,
    stem: "ctx",
    examples: ['{"t":{"$date":"x"},"s":"E",  "c":"NETWORK",  "id":7,   "ctx":"main","msg":"x"}'],
    source: "https://www.mongodb.com/docs/manual/reference/log-messages/",
  },
  {
    what: "times that ran out",
    pattern: "timed[ _-]?out|deadline[ _]?exceeded",
    stem: "timed|deadline",
    examples: [
      "2026-11-24T10:00:00.000Z 11111111-2222-3333-4444-555555555555 Task timed out after 3.00 seconds",
      "connect ETIMEDOUT 10.0.0.1:443",
      "context deadline exceeded",
    ],
    source: "https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html",
  },
  {
    what: "a status that is not success, such as in Lambda's REPORT and platform events",
    pattern: String.raw`\bstatus\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?:time_?out|timed|fail|crash|abort|unhealthy)`,
    stem: "time_?out|timed|fail|crash|abort|unhealthy",
    examples: [
      "REPORT RequestId: 1 Duration: 3000.00 ms Billed Duration: 3000 ms Status: timeout",
      "INIT_REPORT Init Duration: 9999.80 ms Phase: init Status: timeout",
      '{"type":"platform.report","record":{"status":"timeout"}}',
      '{"type":"platform.runtimeDone","record":{"status":"failure"}}',
    ],
    source: "https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html",
  },
  {
    what: "what nobody caught",
    pattern: "unhandled|uncaught",
    stem: "unhandled|uncaught",
    examples: ["Unhandled", "UnhandledPromiseRejectionWarning: x", "Uncaught undefined"],
    source: "https://nodejs.org/api/process.html#event-unhandledrejection",
  },
  {
    what: "panics of Go and Rust (the word, above) and what is below them",
    pattern: String.raw`${START}goroutine \d{1,10} \[|\bstack backtrace:|\.go:\d{1,6} \+0x`,
    stem: String.raw`goroutine|backtrace|go:\d`,
    examples: ["goroutine 1 [running]:", "\t/app/main.go:12 +0x1d", "stack backtrace:"],
    source: "https://pkg.go.dev/runtime#hdr-Environment_Variables",
  },
  {
    what: "stack traces of Python",
    pattern: String.raw`traceback|${START}file \\{0,3}"[^"\n]{1,200}", line \d`,
    stem: String.raw`traceback|file \\{0,3}"`,
    examples: ["Traceback (most recent call last):", '  File "/app/shop.py", line 7, in order'],
    source: "https://docs.python.org/3/library/traceback.html",
  },
  {
    what: "stack traces of Java",
    pattern: String.raw`${START}caused by:|${START}at [\w.$/<>@-]{3,200}\((?:[\w$-]{1,100}\.(?:java|kt|scala|groovy|clj):\d{1,6}\)|native method\)|unknown source\))|\.\.\. \d{1,5} (?:more|common frames)`,
    stem: "caused|java:|kt:|scala:|groovy:|clj:|native|unknown|more|common",
    examples: ["Caused by: shop.OutOfStock", "\tat shop.Order.place(Order.java:42)", "\t... 12 more"],
    source: "https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Throwable.html#printStackTrace()",
  },
  {
    what: "stack traces of Node.js",
    pattern: String.raw`${START}at (?:async |new )?(?:[^\s()]{1,100} (?:\[as [^\]\s]{1,50}\] )?\()?(?:(?:file:|/)[^\s():]{1,300}[jt]s|node:[\w/]{1,100}):\d{1,6}:\d`,
    stem: String.raw`[jt]s:\d|node:`,
    examples: [
      "    at place (/app/order.js:42:7)",
      "    at async file:///var/task/index.mjs:3:1",
      "    at node:internal/main:7:3",
    ],
    source: "https://v8.dev/docs/stack-trace-api",
  },
  {
    what: "stack traces of .NET and Ruby",
    pattern: String.raw`\.(?:cs|fs|vb):line \d|\.rb:\d{1,6}:in [\`']`,
    stem: String.raw`cs:line|fs:line|vb:line|rb:\d{1,6}:in`,
    examples: ["   at Shop.Order.Place() in /src/Order.cs:line 42", "app/models/order.rb:42:in 'Order#place'"],
    source: "https://docs.ruby-lang.org/en/master/Exception.html",
  },
  {
    what: "no memory left",
    pattern: String.raw`out[ _-]?of[ _-]?memory|oom[ _-]?kill|${START}killed process \d|cannot allocate memory|\benomem\b|^killed$`,
    stem: "memory|oom|killed|enomem",
    examples: [
      "reason: OOMKilled",
      "Out of memory: Killed process 7 (java)",
      "oom-kill:constraint=CONSTRAINT_MEMCG",
      "Killed",
    ],
    source: "https://github.com/torvalds/linux/blob/master/mm/oom_kill.c",
  },
  {
    what: "signals that end a process because of a fault",
    pattern: String.raw`segfault|segmentation (?:fault|violation)|\bsig(?:segv|abrt|bus|ill|fpe|kill)\b|core dumped|stack smashing|bus fault|signal: (?:killed|aborted)|(?:killed|terminated) by signal|terminate called|double free or corruption|\b(?:free|(?:re|m)alloc)\(\): (?:invalid|corrupted|memory)`,
    stem: "seg|sig[abfiks]|fault|dumped|smashing|signal|terminate|double free|free\\(|alloc\\(",
    examples: [
      "app[7]: segfault at 0 ip 0 sp 0",
      "Segmentation fault (core dumped)",
      "free(): invalid pointer",
      "[signal SIGSEGV: segmentation violation]",
    ],
    source: "https://man7.org/linux/man-pages/man7/signal.7.html",
  },
  {
    what: "processes that end with another code than 0, or before their time",
    pattern: String.raw`${START}exit(?:ed|s|ing)?[ _-]?(?:with[ _-])?(?:exit[ _-])?(?:code|status)\\?["']?(?: is| was| of)?[ \t]{0,4}[:=]?[ \t]{0,4}\(?-?[1-9]|non-?zero (?:exit|status|code|return)|\bexited (?:before|without|\(-?[1-9])|crash-?loop|\bcrashed\b|core dump|=(?:crash|supervisor) report=`,
    stem: "exit|zero|crash|dump|supervisor",
    examples: [
      "exit status 1",
      "container exited with code 137",
      '{"containerName":"app","exitCode":1}',
      "returned non-zero exit status 2",
      "RequestId: 1 Process exited before completing request",
      "Back-off restarting: CrashLoopBackOff",
      "=SUPERVISOR REPORT==== 24-Nov-2026",
    ],
    source: "https://repost.aws/knowledge-center/ecs-task-stopped",
  },
  {
    what: "answers of 500 and more in access logs",
    pattern: String.raw`http/\d(?:\.\d)?\\?" 5\d\d(?!\d)`,
    stem: String.raw`http/\d(?:\.\d)?\\?" 5`,
    examples: ['10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET /orders HTTP/1.1" 503 12'],
    source: "https://nginx.org/en/docs/http/ngx_http_log_module.html",
  },
];
