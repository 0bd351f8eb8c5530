import { randomBytes } from "node:crypto";
import { systemClock } from "../../../functions/clock.ts";
import { INTERRUPTED, onInterrupt } from "../../progress.ts";
import { type DatadogAccess, openAccess } from "../access.ts";
import { openDatadogApi } from "../api-client.ts";
import { compareArrival, searchFor, tellFound, tellNotFound } from "../check/check-arrival.ts";
import { sendMarkedLog } from "../check/check-directly.ts";
import { checkApiKey, checkAppKey, checkClock } from "../check/check-keys.ts";
import type { CheckContext, CheckEdges, Seen } from "../check/context.ts";
import { openHops } from "../check/hops.ts";
import { HELP, parseOptions } from "../check/options.ts";
import { type ProgressLine, progressLine } from "../check/progress-line.ts";
import { renderCompared } from "../check/render-compared.ts";
import { apiUrlOf as siteApiUrl } from "../sites.ts";
import { SYSTEM_API_CLOCK } from "../transport.ts";

/** `datadog check`. @returns the exit code @throws UsageError, KeyError */
export async function runCheck(args: readonly string[], edges: CheckEdges = {}): Promise<number> {
  const options = parseOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const { environment = process.env } = edges;
  const opened = await openAccess(environment);
  const { apiUrlOf = siteApiUrl } = edges;
  const access = opened.isReplaced ? opened : { ...opened, apiUrl: apiUrlOf(opened.site) };
  const interrupt = onInterrupt(
    options.functionArn === undefined ? "the check ends." : "cleaning up; once more to leave at once.",
    "What was made for the check may be left: log groups that begin with /sidecarless/check-, and filters of that name.",
  );
  const clock = edges.clock ?? { ...systemClock, ...SYSTEM_API_CLOCK };
  const hops = openHops(options.json ? undefined : (text) => void process.stdout.write(text));
  const progress = progressLine(clock.now);
  let aheadMs: number | undefined;
  const { policy = {} } = edges;
  const api = await openDatadogApi(access, {
    signal: interrupt.signal,
    clock,
    policy,
    onDate: (serverMs, localMs) => {
      aheadMs = serverMs - localMs;
    },
    onLimit: (what, seconds) => progress.show(`Datadog limits ${what}; going on in ${seconds} s …`),
  });
  const context: CheckContext = {
    options,
    environment,
    access,
    api,
    hops,
    clock,
    policy,
    apiUrlOf,
    signal: interrupt.signal,
    aheadMs: () => aheadMs,
    mark: `sidecarlesscheck${randomBytes(6).toString("hex")}`,
  };
  try {
    const seen = await check(context, progress);
    if (options.json) process.stdout.write(`${JSON.stringify(record(context, access, seen), null, 2)}\n`);
    else if (seen.compared) process.stdout.write(renderCompared(seen.compared));
    return hops.failed() ? 1 : 0;
  } catch (error) {
    progress.clear();
    if (!interrupt.signal.aborted) throw error;
    return INTERRUPTED;
  } finally {
    interrupt.release();
  }
}

async function check(context: CheckContext, progress: ProgressLine): Promise<Seen> {
  if (!(await checkApiKey(context))) return {};
  checkClock(context);
  const searches = await checkAppKey(context);
  if (context.options.functionArn === undefined) return checkDirectly(context, searches, progress);
  // The SDK is loaded only for it.
  const { checkThroughFunction } = await import("../check/through-function/check-through-function.ts");
  return checkThroughFunction(context, context.options.functionArn, searches, progress);
}

async function checkDirectly(context: CheckContext, searches: boolean, progress: ProgressLine): Promise<Seen> {
  const entry = await sendMarkedLog(context);
  if (!entry) return {};
  if (!searches) {
    context.hops.add("found", "skipped", "not searched for, without an application key");
    return {};
  }
  const found = await searchFor(context, progress);
  if (found === "refused") return {};
  if (found === "missing") {
    await tellNotFound(context, entry, "the intake");
    return {};
  }
  tellFound(context, found, "it was sent");
  return { searchableMs: [found.notBeforeMs, found.afterMs], compared: compareArrival(context, entry, found) };
}

function record({ hops, mark, options }: CheckContext, { site }: DatadogAccess, seen: Seen) {
  return {
    ok: !hops.failed(),
    site,
    ...(options.functionArn !== undefined && { functionArn: options.functionArn }),
    mark,
    hops: hops.all,
    ...seen,
  };
}
