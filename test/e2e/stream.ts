import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { subscriptionEvent } from "../../tools/cloudwatch.ts";
import type { Deployed } from "../../tools/embedded-aws/deployment.ts";
import { API_KEY, type Environment, SECRET, taskStream } from "../../tools/embedded-aws/environment.ts";
import { eventually, expect, type Step, whilePutting } from "./steps.ts";

const NAME = "streamed";
const STACK = `sidecarless-${NAME}-forwarder`;
const GROUPS = ["/streamed/alpha", "/streamed/beta"] as const;
const [ALPHA] = GROUPS;
/** While something is deployed, a line is put to each group this often. */
/** Time in which a delivery that should not be would have come. */
const QUIET_MS = 1_500;

/** A Kinesis stream put between CloudWatch Logs and a forwarder that runs, and taken out again. */
export const streamSteps = (environment: Environment): Step[] => {
  const scene = streamScene(environment);
  return [
    ["without a stream", () => scene.start()],
    ["a stream is put between", () => scene.change({ via: "kinesis" })],
    ["200 records, poison among them", () => scene.deliverWithPoison()],
    ["intake down and up, with a stream", () => scene.intakeDownAndUp()],
    ["the stream's account adds up", () => scene.addUp()],
    ["nothing is subscribed to it any more", () => scene.change({ via: "lambda", keepStream: "true" })],
    ["it is taken out", () => scene.change({ via: "lambda" })],
    ["the stack with the stream goes", () => scene.destroy()],
  ];
};

function streamScene({ aws, cloud, deployment, recorder, settings }: Environment) {
  let deployed: Deployed | undefined;
  let count = 0;
  let received = 0;

  const deploy = async (others: Readonly<Record<string, string>>) => {
    deployed = await deployment.deploy({ ...settings, name: NAME, logGroups: GROUPS.join(","), ...others });
  };

  /** A record as CloudWatch Logs writes it: one delivery, its JSON compressed. MiniStack stores filters to a stream only. */
  const putRecord = async (streamArn: string, logGroup: string, messages: readonly string[]): Promise<void> => {
    const logStream = taskStream(1);
    const timestamp = Date.now();
    const events = messages.map((message) => ({ id: `streamed-${message}`, timestamp, message }));
    const { awslogs } = subscriptionEvent({ account: aws.account, logGroup, logStream }, events);
    await cloud.putRecord(streamArn, `${logGroup}/${logStream}`, Buffer.from(awslogs.data, "base64"));
    received += messages.length;
  };

  const streamOf = async (logGroup: string) =>
    (await cloud.destinations(logGroup)).find((arn) => arn.includes(":kinesis:"));

  /**
   * Puts a line, and does for the stream what CloudWatch Logs would. If the filter is changed meanwhile, nobody knows which it
   * took: then the line comes either way, and may come twice.
   */
  const put = async (logGroup: string): Promise<string> => {
    const message = `streamed ${++count} of ${logGroup}`;
    const before = await streamOf(logGroup);
    await cloud.putLogs(logGroup, taskStream(1), [message]);
    const stream = before ?? (await streamOf(logGroup));
    if (stream !== undefined) await putRecord(stream, logGroup, [message]);
    return message;
  };

  const putToEach = async (): Promise<string[]> => {
    const messages: string[] = [];
    for (const logGroup of GROUPS) messages.push(await put(logGroup));
    return messages;
  };

  const arrivals = () => {
    const times = new Map<string, number>();
    for (const { message } of recorder.entries()) times.set(String(message), (times.get(String(message)) ?? 0) + 1);
    return times;
  };

  /** Waits for each message, and then a while for what should not come. @param most times that one may arrive */
  const allArrive = async (messages: readonly string[], most = 1): Promise<void> => {
    await eventually(
      () => messages.filter((message) => !arrivals().has(message)),
      (lost) => lost.length === 0,
      (lost) => `${lost.length} of ${messages.length} lines did not arrive, such as "${lost[0]}"`,
    );
    await setTimeout(QUIET_MS);
    const tooOften = messages.find((message) => (arrivals().get(message) ?? 0) > most);
    expect(tooOften === undefined, `"${tooOften}" arrived ${arrivals().get(tooOften ?? "")} times`);
    const others = [...arrivals().keys()].filter((message) => !messages.includes(message));
    expect(others.length === 0, `${others.length} lines arrived that should not, such as "${others[0]}"`);
  };

  /** For some seconds the forwarder spares the intake, and stores. @returns what was put until it did not any more */
  const untilSentAgain = async (streamArn: string): Promise<string[]> => {
    const messages: string[] = [];
    await eventually(
      async () => {
        messages.push(`well again ${messages.length}`);
        await putRecord(streamArn, ALPHA, messages.slice(-1));
        await setTimeout(500);
        return recorder.entries().map(({ message }) => String(message));
      },
      (arrived) => arrived.includes(messages.at(-1) ?? ""),
      () => `${messages.length} lines were not sent to an intake that is well again`,
    );
    return messages;
  };

  const reports = async () => {
    const lines = await cloud.logLines(await cloud.logGroupOf(deployed?.functionName ?? ""));
    return lines.filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line) as Record<string, number>);
  };

  const stack = (): Deployed & { streamArn: string } => {
    expect(deployed?.streamArn !== undefined, "no stream is deployed");
    return { ...deployed, streamArn: deployed.streamArn };
  };

  return {
    async start(): Promise<string> {
      recorder.setFaults(undefined);
      recorder.setApiKey(API_KEY);
      await cloud.setSecret(SECRET, API_KEY);
      for (const logGroup of GROUPS) await cloud.createLogGroup(logGroup);
      await deploy({ via: "lambda" });
      recorder.clear();
      await allArrive(await putToEach());
      return `${GROUPS.join(" and ")} deliver to the function`;
    },

    /** Lines are put before, while and after it is deployed. */
    async change(others: Readonly<Record<string, string>>): Promise<string> {
      recorder.clear();
      const before = await putToEach();
      await allArrive(before);
      recorder.clear();
      const during = await whilePutting(putToEach, () => deploy(others));
      await allArrive(during, 2);
      const twice = during.filter((message) => arrivals().get(message) === 2).length;
      const wanted = others.via === "kinesis" ? deployed?.streamArn : deployed?.functionArn;
      for (const logGroup of GROUPS) {
        const found = await cloud.destinations(logGroup);
        expect(
          JSON.stringify(found) === JSON.stringify([wanted]),
          `${logGroup} delivers to ${found}, not to ${wanted}`,
        );
      }
      const hasStream = others.via === "kinesis" || others.keepStream === "true";
      expect((deployed?.streamArn !== undefined) === hasStream, "the stream is there, or is not, against the settings");
      recorder.clear();
      const after = await putToEach();
      await allArrive(after);
      return `${before.length} lines before, ${during.length} during it and ${after.length} after it arrived, ${twice} of them twice`;
    },

    async deliverWithPoison(): Promise<string> {
      const { streamArn, bucketName } = stack();
      recorder.clear();
      const poison = [
        ["no gzip", Buffer.from("CloudWatch Logs would not write this")],
        ["half a record", gzipSync(JSON.stringify({ messageType: "DATA_MESSAGE" }).repeat(50)).subarray(0, 30)],
        ["no JSON", gzipSync("{")],
        ["JSON of another kind", gzipSync('{"orders":[1,2,3]}')],
      ] as const;
      const messages: string[] = [];
      for (let i = 0; i < 200; i++) {
        const batch = Array.from({ length: 5 }, (_, j) => `record ${i}, line ${j}`);
        await putRecord(streamArn, GROUPS[i % 2] ?? ALPHA, batch);
        messages.push(...batch);
        const bad = i % 50 === 10 ? poison[Math.floor(i / 50)] : undefined;
        if (bad) await cloud.putRecord(streamArn, bad[0], bad[1]);
      }
      await allArrive(messages);
      const { objects } = await eventually(
        () => cloud.stored(bucketName, "unreadable/"),
        (stored) => stored.objects >= poison.length,
        (stored) => `${stored.objects} of ${poison.length} records that can't be read were stored`,
      );
      expect(objects === poison.length, `${objects} objects are under unreadable/ for ${poison.length} records`);
      return `${messages.length} events of 200 records arrived once; ${poison.length} that can't be read are stored`;
    },

    async intakeDownAndUp(): Promise<string> {
      const { streamArn, bucketName, replayerName } = stack();
      recorder.clear();
      recorder.setFaults({ always: { kind: "status", status: 503 } });
      const messages: string[] = [];
      for (let i = 0; i < 20; i++) {
        const batch = Array.from({ length: 5 }, (_, j) => `down ${i}, line ${j}`);
        await putRecord(streamArn, ALPHA, batch);
        messages.push(...batch);
      }
      const { objects } = await eventually(
        () => cloud.stored(bucketName, "undelivered/"),
        ({ events }) => events >= messages.length,
        ({ events }) => `${events} of ${messages.length} events were stored`,
        LONG_MS,
      );
      recorder.setFaults(undefined);
      messages.push(...(await untilSentAgain(streamArn)));
      await cloud.invoke(replayerName);
      await allArrive(messages);
      return `${messages.length} events, most of them stored in ${objects} objects, arrived once when it was well again`;
    },

    async addUp(): Promise<string> {
      const sum = (all: readonly Record<string, number>[], name: string) =>
        all.reduce((total, report) => total + (report[name] ?? 0), 0);
      const all = await reports();
      const seen = sum(all, "Received");
      const fates = sum(all, "Delivered") + sum(all, "Undelivered");
      expect(seen > 0 && seen === fates, `${seen} received, and ${fates} delivered or stored`);
      const gaps = all.filter(({ AccountingGap = 0 }) => AccountingGap !== 0);
      expect(gaps.length === 0, `${gaps.length} reports have a gap`);
      return `${seen} received = delivered + undelivered, in ${all.length} reports; ${received} events went through the stream`;
    },

    async destroy(): Promise<string> {
      await deployment.destroy(STACK);
      const functions = (await cloud.functions()).filter((name) => name.includes(NAME));
      expect(functions.length === 0, `functions are left: ${functions}`);
      const filters = (await Promise.all(GROUPS.map(cloud.destinations))).flat();
      expect(filters.length === 0, `filters are left: ${filters}`);
      return "no function and no filter is left";
    },
  };
}

/** Each batch fails several times before it is stored. */
const LONG_MS = 90_000;
