import { styleText } from "node:util";
import { createRecorder } from "../../functions/recorder/record.ts";
import { serveRecorder } from "../../functions/recorder/server.ts";
import { FATES } from "../../functions/records/fates.ts";
import { eventIds } from "../cloudwatch.ts";
import { INTERRUPTED, onInterrupt } from "../progress.ts";
import { startBucket } from "../stand-ins/bucket.ts";
import { AWS_CREDENTIALS } from "../stand-ins/credentials.ts";
import { startSecrets } from "../stand-ins/secrets.ts";
import { builtFunction, entrySettings } from "./built-function.ts";
import type { TourOptions } from "./options.ts";
import {
  addUp,
  emptyTotals,
  paragraph,
  plural,
  type Row,
  renderEntries,
  renderHeader,
  renderRow,
  sumOf,
  type Totals,
} from "./print.ts";
import { ordersDelivery, type SampleDelivery, sampleDeliveries } from "./sample-deliveries.ts";

const SECRET = "datadog-api-key";
const [FIRST_KEY, NEXT_KEY] = ["first-key-of-the-local-recorder", "next-key-of-the-local-recorder"] as const;
/** A rule of the tour's own, unless one is set: health checks are not worth their price. */
const RULE = { EXCLUDE_AT_MATCH: "GET /health" };
const TIMEOUT_MS = 60_000;
/** What the forwarder can't send it tries again until its time is nearly over; here it stores it soon. */
const TIMEOUT_IN_OUTAGE_MS = 3_000;
const MAX_REPLAYER_RUNS = 10;

const WELCOME = `The built forwarder and replayer, run the way AWS Lambda runs them. Datadog's
intake, S3 and Secrets Manager are stand-ins on this machine: no account needed.

`;

/** Shows the promise at work: deliveries, an outage, a new API key, and the sum. @returns the exit code */
export async function showTour({ verbose }: TourOptions): Promise<number> {
  const interrupt = onInterrupt("the step under way is ended first; once more to stop at once.");
  const stage = await setUp();
  const totals = emptyTotals();
  try {
    print(WELCOME + HEADER);
    for (const step of steps(stage)) {
      if (interrupt.signal.aborted) break;
      const before = { ...totals };
      const replayed = await step.run((row) => {
        addUp(totals, row);
        if (verbose) print((row.number === before.deliveries + 1 ? renderHeader() : "") + renderRow(row));
      }, totals.deliveries);
      print(stepRow(step.title, before, totals, replayed?.entries));
      if (replayed?.failure !== undefined) totals.problems.push(`The replayer failed: ${replayed.failure}`);
      const note = await step.note();
      if (note) print(styleText("dim", `  ${note}\n`));
      if (verbose) print("\n");
    }
    const { entries } = stage.recorder.summary();
    print(await renderSum(stage, totals));
    if (verbose) print(renderEntries(stage.recorder.entries()));
    else if (entries > 0) print("More of this: npm start -- --verbose · your own lines: npm start -- --file FILE\n");
  } finally {
    await stage.stop();
    interrupt.release();
  }
  if (interrupt.signal.aborted) return INTERRUPTED;
  return totals.problems.length === 0 ? 0 : 1;
}

const print = (text: string) => process.stdout.write(text);

type Stage = Awaited<ReturnType<typeof setUp>>;

/** What stands where AWS and Datadog do, and the two functions between them. */
async function setUp() {
  const recorder = createRecorder({ apiKey: FIRST_KEY, keepEntries: 3 });
  const server = await serveRecorder(recorder, 0);
  const bucket = await startBucket();
  const secrets = await startSecrets(SECRET, FIRST_KEY);
  const environment = {
    ...RULE,
    ...entrySettings(),
    ...AWS_CREDENTIALS,
    DD_API_KEY_SECRET_ARN: SECRET,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    DD_URL: server.host,
    DD_PORT: String(server.port),
    DD_NO_SSL: "true",
    DD_S3_BUCKET_NAME: bucket.name,
    AWS_ENDPOINT_URL_S3: bucket.endpoint,
    SIDECARLESS_S3_PATH_STYLE: "true",
  };
  const forwarder = builtFunction("forwarder", environment, TIMEOUT_MS);
  const hurried = builtFunction("forwarder", environment, TIMEOUT_IN_OUTAGE_MS);
  const replayer = builtFunction("replayer", environment, TIMEOUT_MS);
  return {
    recorder,
    bucket,
    forwarder,
    hurried,
    replayer,
    rotateKey() {
      secrets.secret = NEXT_KEY;
      recorder.setApiKey(NEXT_KEY);
    },
    async stop() {
      await Promise.all([forwarder, hurried, replayer].map((fn) => fn.kill()));
      await Promise.all([server.stop(), bucket.stop(), secrets.stop()]);
    },
  };
}

interface Replayed {
  readonly entries: number;
  /** Why a run of it failed. */
  readonly failure?: string;
}

interface Step {
  readonly title: string;
  /** @returns what the replayer did; undefined if it was not asked */
  readonly run: (tell: (row: Row) => void, deliveriesBefore: number) => Promise<Replayed | undefined>;
  /** What the person should see of it besides the numbers. */
  readonly note: () => Promise<string | undefined>;
}

function steps({ recorder, bucket, forwarder, hurried, replayer, rotateKey }: Stage): readonly Step[] {
  const nextId = eventIds(Date.now());
  const send = async (
    fn: typeof forwarder,
    deliveries: readonly SampleDelivery[],
    tell: (row: Row) => void,
    n: number,
  ) => {
    for (const [i, { logGroup, eventCount, event }] of deliveries.entries()) {
      tell({ number: n + i + 1, logGroup, sent: eventCount, invoked: await fn.invoke(event) });
    }
    return undefined;
  };
  const orders = (count: number) => ordersDelivery(count, Date.now(), nextId);
  const inStore = async () => `in the store: ${plural((await bucket.keys("undelivered/")).length, "object")}`;
  const refused = () => recorder.summary().answers[403] ?? 0;
  return [
    {
      title: "Deliveries arrive",
      run: (tell, n) => send(forwarder, sampleDeliveries(Date.now(), nextId), tell, n),
      note: async () => `a rule drops what matches "${entrySettings().EXCLUDE_AT_MATCH ?? RULE.EXCLUDE_AT_MATCH}"`,
    },
    {
      title: "The intake is down: HTTP 503",
      run: (tell, n) => {
        recorder.setFaults({ always: { kind: "status", status: 503 } });
        return send(hurried, [orders(1_500), orders(500)], tell, n);
      },
      note: inStore,
    },
    {
      title: "It is back; the replayer runs",
      run: async () => {
        recorder.setFaults(undefined);
        const before = recorder.summary().entries;
        let failure: string | undefined;
        for (let runs = 0; runs < MAX_REPLAYER_RUNS && (await bucket.keys("undelivered/")).length > 0; runs++) {
          const { outcome } = await replayer.invoke({});
          if (outcome.status === "failed") failure = outcome.error.message;
        }
        return { entries: recorder.summary().entries - before, failure };
      },
      note: inStore,
    },
    {
      title: "The API key is rotated",
      run: (tell, n) => {
        rotateKey();
        return send(forwarder, [orders(1_000)], tell, n);
      },
      note: async () => `${plural(refused(), "request")} refused with 403; the new key was read, and all sent again`,
    },
  ];
}

const TITLE_WIDTH = 29;
const COLUMNS = ["received", FATES.delivered.title, FATES.filtered.title, FATES.undelivered.title, "s"] as const;
const cells = (values: readonly string[]) =>
  values.map((value, i) => value.padStart(Math.max(6, (COLUMNS[i]?.length ?? 0) + 2))).join("");
const HEADER = styleText("bold", `${" ".repeat(TITLE_WIDTH)}${cells(COLUMNS)}\n`);

function stepRow(title: string, before: Totals, after: Totals, replayed: number | undefined): string {
  const more = (name: "received" | "delivered" | "filtered" | "undelivered") => String(after[name] - before[name]);
  const seconds = ((after.durationMs - before.durationMs) / 1_000).toFixed(2);
  const numbers =
    replayed === undefined
      ? [more("received"), more("delivered"), more("filtered"), more("undelivered"), seconds]
      : ["", String(replayed), "", String(-replayed), ""];
  return `${title.padEnd(TITLE_WIDTH)}${cells(numbers)}`.trimEnd().concat("\n");
}

/** The sum of what came in, and what the intake and the store have of it. */
async function renderSum({ recorder, bucket }: Stage, totals: Totals): Promise<string> {
  const { entries, duplicates } = recorder.summary();
  const replayed = entries - totals.delivered;
  const left = (await bucket.ids("undelivered/")).length;
  if (totals.undelivered !== replayed + left) {
    totals.problems.push(`${totals.undelivered} were stored; ${replayed} were replayed, and ${left} are in the store.`);
  }
  if (left > 0) totals.problems.push(`The replayer left ${left} events in the store.`);
  if (duplicates > 0) totals.problems.push(`${duplicates} entries arrived twice.`);
  const times = duplicates === 0 ? "each once" : `${duplicates} of them twice`;
  const parts = [
    "\n",
    paragraph(`${sumOf(totals)}.`),
    `${totals.undelivered} undelivered = ${replayed} replayed + ${left} still in the store.\n`,
    `The intake has ${entries} entries, ${times} = ${totals.delivered} delivered + ${replayed} replayed.\n`,
    `CPU ${totals.cpuMs.toFixed(0)} ms, at most ${totals.maxRssMb.toFixed(0)} MB of memory, cold start ${(totals.coldStartMs / 2).toFixed(0)} ms.\n`,
    totals.problems.length === 0 ? styleText(["bold", "green"], "Every event is accounted for.\n") : "",
    ...totals.problems.map((problem) => styleText("red", `${problem}\n`)),
  ];
  return parts.join("");
}
