import { FATES, type Fate } from "../../../../functions/records/fates.ts";
import type { Hop } from "../hops.ts";
import type { ForwarderLines } from "./forwarder-lines.ts";
import type { StoredAt } from "./look-in-store.ts";

export interface ForwarderSeen {
  readonly name: string;
  readonly lines: ForwarderLines;
  readonly stored?: StoredAt;
  /** Where its key lies, as its settings name it: never the key. */
  readonly keyPlace: string;
  readonly waitedSeconds: number;
  /** The log was found in Datadog, so that nothing on its way can have failed. */
  readonly isFound: boolean;
}

type Judged = Omit<Hop, "name">;

/** What the forwarder's own words, and its store, tell of the way from CloudWatch Logs to the intake. */
export function judgeForwarder(seen: ForwarderSeen): { readonly invoked: Judged; readonly forwarded: Judged } {
  const { lines, stored } = seen;
  const { reports, failures, refused } = lines;
  const isSilent = reports.length === 0 && failures.length === 0;
  if (refused !== undefined && !stored) {
    const unseen: Judged = { outcome: "skipped", said: "can't be seen", advice: [refused] };
    return { invoked: unseen, forwarded: { outcome: "skipped", said: "can't be seen" } };
  }
  if (isSilent && !stored) {
    const later: Judged = { outcome: "skipped", said: "its report is not there yet" };
    return seen.isFound
      ? { invoked: later, forwarded: later }
      : { invoked: notInvoked(seen), forwarded: { outcome: "skipped", said: "not invoked" } };
  }
  const [count, what] = reports.length > 0 ? [reports.length, "report"] : [failures.length, "failure"];
  const said =
    count > 0 ? `${count} ${what}${count === 1 ? "" : "s"} of ${seen.name} since then` : `${seen.name} stored it`;
  const invoked: Judged = { outcome: "ok", said };
  return { invoked, forwarded: forwardedAs(seen) };
}

function notInvoked({ name, waitedSeconds }: ForwarderSeen): Judged {
  return {
    outcome: "failed",
    said: `no sign of ${name} within ${waitedSeconds} s`,
    advice: [
      "CloudWatch Logs usually takes seconds. Does it fail to invoke the function? See its metric AWS/Logs DeliveryErrors, by log group, and whether the function's resource policy allows logs.amazonaws.com.",
      "Is the function throttled (AWS/Lambda Throttles: reserved concurrency, or the account's limit), or its schedule of deliveries late? Try --timeout 600.",
    ],
  };
}

function forwardedAs(seen: ForwarderSeen): Judged {
  const { lines, stored, isFound } = seen;
  const { reports, failures } = lines;
  const counts = (fate: Fate) => reports.reduce((sum, { fates }) => sum + (fates[fate] ?? 0), 0);
  const reasons = [...new Set(reports.flatMap((report) => Object.keys(report.reasons)))];
  const told = (Object.keys(FATES) as Fate[]).flatMap((fate) =>
    counts(fate) > 0 ? [`${counts(fate)} ${FATES[fate].title}`] : [],
  );
  const said = told.join(", ") || "nothing yet";
  if (isFound) return { outcome: "ok", said };
  if (stored) {
    const what =
      stored.kind === "undelivered" ? "the replayer sends it when the intake takes it" : "a person has to look at it";
    // Reports are of other logs, too; this one's reason stands beside it.
    const why = stored.reason === undefined ? reasons : [stored.reason];
    return {
      outcome: "failed",
      said: `not delivered (${why.join(", ") || "no reason told"}), but safe: ${what}: ${stored.place}`,
      advice: adviceOnReasons(why, seen),
    };
  }
  if (failures.length > 0 && counts("delivered") === 0) {
    return {
      outcome: "failed",
      said: `the function fails: ${failures[0]}`,
      advice: [adviceOnFailure(failures[0] ?? "")],
    };
  }
  if (counts("delivered") > 0) return { outcome: "ok", said };
  if (counts("undelivered") + counts("rejected") + counts("returned") > 0) {
    return { outcome: "failed", said: `${said} (${reasons.join(", ")})`, advice: adviceOnReasons(reasons, seen) };
  }
  if (counts("filtered") + counts("sampledOut") > 0) {
    return {
      outcome: "failed",
      said,
      advice: [
        "A rule of the forwarder drops it: see its rules.json, and EXCLUDE_AT_MATCH and INCLUDE_AT_MATCH. npm run rules shows what they do to a line.",
      ],
    };
  }
  return { outcome: "warning", said };
}

/** By the codes that the forwarder's report has. */
function adviceOnReasons(reasons: readonly string[], { keyPlace }: ForwarderSeen): string[] {
  const advice = reasons.flatMap((reason) => {
    if (/^http 40[13]$/.test(reason)) {
      return [
        `The intake refuses the key that the function reads from ${keyPlace}: put one of the function's site there. It is read again within minutes.`,
      ];
    }
    if (reason.startsWith("api key")) {
      return [`The function can't read its key from ${keyPlace}: is it there, and may the function's role read it?`];
    }
    if (/^(connection|timeout|no answer|proxy)/.test(reason)) {
      return [
        "The intake is out of the function's reach: in a VPC it needs a NAT gateway or PrivateLink, and a security group that lets it out to port 443; see DD_URL, DD_PORT and its proxy, too.",
      ];
    }
    if (reason.startsWith("s3 "))
      return ["The function can't write to its store: see the rights of its role, and the bucket's policy."];
    if (/^http (429|5\d\d)$/.test(reason))
      return ["The intake is down, or limits: https://status.datadoghq.com tells of outages."];
    return [];
  });
  return advice.length > 0 ? [...new Set(advice)] : ["See docs/operations.md for what its reasons mean."];
}

function adviceOnFailure(failure: string): string {
  if (failure.startsWith("ConfigError"))
    return "Its environment is wrong: the message lists what. Deploy its stack again with the right settings.";
  if (failure.startsWith("Task timed out"))
    return "Does it reach AWS and the intake from its VPC? Otherwise raise its timeout.";
  return "See the function's log group, and deploy its stack again.";
}
