import { readFileSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import path from "node:path";
import { pipeline } from "node:stream";
import { gzipSync } from "node:zlib";
import { parseRecord } from "../../compare/record/record-text.ts";
import type { PathSamples } from "../../compare/result.ts";
import type { StartedTask } from "../../tools/embedded-aws/cloud.ts";
import type { Environment } from "../../tools/embedded-aws/environment.ts";
import { API_KEY, SECRET } from "../../tools/embedded-aws/environment.ts";
import { runProgram, startProgram } from "../../tools/embedded-aws/programs.ts";
import { PROJECT } from "../../tools/embedded-aws/python-program.ts";
import { eventually, expect, type Step, StepError } from "./steps.ts";

const LINES_PER_SECOND = 50;
const SECONDS = 3;
const LINES = LINES_PER_SECOND * SECONDS;
/** As often as this step sends what tasks have written. */
const FLUSH_MS = 300;
/** On which the recorder listens in its task. Here it takes any that is free. */
const PORT = "8080";

/** `compare aws` against the comparison stack as it is deployed, in an account with nothing else in it. */
export const compareSteps = (environment: Environment): Step[] => {
  let deployed: Awaited<ReturnType<typeof deploy>> | undefined;
  return [
    [
      "comparison stack",
      async () => {
        deployed = await deploy(environment);
        return "is up: its forwarder sends to its recorder, as the task's command is";
      },
    ],
    [
      "compare aws",
      async () => {
        expect(deployed !== undefined, "it is not deployed");
        return compare(environment, deployed);
      },
    ],
  ];
};

async function deploy(environment: Environment) {
  const { cloud, deployment } = environment;
  await cloud.setSecret(SECRET, API_KEY);
  const balancer = await beBalancer();
  const { outputs, outputsFile } = await deployment.deployComparison({ apiKeySecret: SECRET }, balancer);
  const recorder = await beRecorder(environment, outputs);
  balancer.open(recorder.port);
  return { outputs, outputsFile, balancer, recorder };
}

/** Stands for the stack's load balancer, which hands on bytes. It ends with this process. */
async function beBalancer() {
  let target = 0;
  const server = net.createServer((client) => {
    const behind = net.connect(target, "127.0.0.1");
    // No answer is the answer: senders try again.
    pipeline(client, behind, client, () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return {
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    open: (port: number) => {
      target = port;
    },
  };
}

/** Runs the recorder as its task would: by its command and with the key, which MiniStack forgets of a task definition. */
async function beRecorder({ cloud, folder }: Environment, outputs: Readonly<Record<string, string>>) {
  const { ClusterName = "", RecorderServiceName = "", RecorderLogGroup = "", ForwarderName = "" } = outputs;
  const program = await cloud.serviceProgram(ClusterName, RecorderServiceName);
  expect(program.logOptions["awslogs-group"] === RecorderLogGroup, "its records go to another log group");
  const apiKey = await cloud.apiKeyOf(ForwarderName);
  expect(/^[A-Za-z0-9]{32}$/.test(apiKey), "its key is not random");
  const [command, ...args] = program.command.map((arg) => (arg === PORT ? "0" : arg));
  expect(command === "node" && args.includes("0"), `its command is ${program.command[0]} …`);
  const begun = Promise.withResolvers<number>();
  let text = "";
  let written = Promise.resolve();
  let requests = 0;
  startProgram(process.execPath, args, {
    env: { DD_API_KEY: apiKey },
    cwd: folder,
    onOutput: (more) => {
      const lines = (text + more).split("\n");
      text = lines.pop() ?? "";
      const port = /^recorder: http:\/\/[^/]+:(\d+)/.exec(lines[0] ?? "")?.[1];
      if (port !== undefined) begun.resolve(Number(port));
      requests += lines.filter((line) => line.startsWith('{"arrival"')).length;
      if (lines.length > 0) {
        written = written.then(() => cloud.putLogs(RecorderLogGroup, "recorder/recorder/1", lines));
      }
    },
  });
  return {
    port: await begun.promise,
    apiKey,
    /** Requests that it took, all of which are in its log group now. */
    taken: async () => {
      await written;
      return requests;
    },
  };
}

type Deployed = Awaited<ReturnType<typeof deploy>>;

async function compare(
  environment: Environment,
  { outputs, outputsFile, balancer, recorder }: Deployed,
): Promise<string> {
  const { aws, cloud, folder } = environment;
  const directory = path.join(folder, "comparison");
  const options = {
    outputs: outputsFile,
    out: directory,
    seconds: SECONDS,
    rate: LINES_PER_SECOND,
    "tail-seconds": 3,
    // Container Insights and the metrics of log groups never show here.
    "late-seconds": 1,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const run = runProgram(process.execPath, ["compare/commands/cli.ts", "aws", ...args], {
    env: aws.environment,
    cwd: PROJECT,
  });
  const tasks = await Promise.race([
    eventually(
      () => cloud.startedTasks(outputs.ClusterName ?? ""),
      (started) => started.length === 2,
      (started) => `${started.length} of 2 tasks were started`,
    ),
    run.then(({ output }): never => {
      throw new StepError(`it ended before it had started its tasks:\n${output}`);
    }),
  ]);
  const post = (lines: readonly string[]) => postAsFluentBit(balancer.port, recorder.apiKey, lines);
  await Promise.all(tasks.map((task) => beTask(task, environment, post)));
  const { ok, output } = await run;
  const file = path.join(directory, "result.json");
  const record = parseRecord(readFileSync(file, "utf8"), file);
  // Void is right here: lines are dated when they are sent, a flush after they were read.
  expect(ok || record.phases[0]?.void !== undefined, `it failed:\n${output}`);
  return check(record, await recorder.taken());
}

/**
 * MiniStack runs no containers: this does what ECS and the log driver or router would. Runs the command with what the
 * run overrides, and sends the lines: by PutLogEvents, or as Fluent Bit does. What it takes is of no meaning.
 */
async function beTask(
  { taskId, command, environment, logOptions }: StartedTask,
  { cloud, folder }: Environment,
  post: (lines: readonly string[]) => Promise<void>,
) {
  const [, ...args] = command;
  let text = "";
  const child = startProgram(process.execPath, args, {
    env: environment,
    cwd: folder,
    onOutput: (more) => {
      text += more;
    },
  });
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix } = logOptions;
  const send = (lines: readonly string[]) =>
    group === undefined ? post(lines) : cloud.putLogs(group, `${prefix}/app/${taskId}`, lines);
  for (let sent = 0; sent < LINES; ) {
    await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
    const end = text.lastIndexOf("\n") + 1;
    const lines = text.slice(0, end).split("\n").slice(0, -1);
    text = text.slice(end);
    sent += lines.length;
    if (lines.length > 0) await send(lines);
  }
  // It would stay for as long as somebody might wait.
  child.kill("SIGTERM");
}

async function postAsFluentBit(port: number, apiKey: string, lines: readonly string[]): Promise<void> {
  const timestamp = Date.now();
  const entries = lines.map((log) => ({ log, timestamp, source: "stdout", container_name: "app" }));
  const { status } = await fetch(`http://127.0.0.1:${port}/api/v2/logs`, {
    method: "POST",
    headers: { "DD-API-KEY": apiKey, "Content-Type": "application/json", "Content-Encoding": "gzip" },
    body: gzipSync(JSON.stringify(entries)),
  });
  expect(status === 202, `the recorder answered ${status}`);
}

function check({ status, phases, settings }: ReturnType<typeof parseRecord>, taken: number): string {
  const [steady] = phases;
  const samples = Object.entries<PathSamples>(steady?.paths ?? {});
  expect(status === "complete" && steady !== undefined && samples.length === 2, `the record is ${status}`);
  expect(steady.dueMs.length === LINES, `${steady.dueMs.length} of ${LINES} lines were due`);
  const recorded = samples.reduce((sum, [, { usage }]) => sum + usage.requests, 0);
  expect(recorded === taken, `of ${taken} requests ${recorded} have a record`);
  for (const [id, { arrivedMs, duplicates }] of samples) {
    const missing = arrivedMs.filter((arrived) => arrived === null).length;
    expect(missing === 0, `${missing} lines are missing over ${id}`);
    expect(duplicates.length === 0, `${duplicates.length} lines came twice over ${id}`);
    const early = arrivedMs.filter((arrived, i) => arrived !== null && arrived < (steady.dueMs[i] ?? 0)).length;
    expect(early === 0, `${early} lines arrived before they were due over ${id}`);
  }
  const lambda = steady.paths.lambda as PathSamples;
  const { invocations = 0, billedMs = 0, memoryMb, ingestedBytes = 0 } = lambda.usage.lambda ?? {};
  expect(invocations > 0 && billedMs > 0, `${invocations} invocations took ${billedMs} ms`);
  expect(memoryMb === 512 && settings.forwarderMemoryMb === 512, `the forwarder has ${memoryMb} MB`);
  expect(ingestedBytes > LINES * 126, `${ingestedBytes} bytes were ingested`);
  const known = lambda.stagesMs.driver?.filter((ms) => ms !== null).length;
  expect(known === LINES, `the log driver's stage is known of ${known} lines`);
  return `${LINES} lines over each path, ${taken} requests, ${invocations} invocations, ${billedMs} ms billed`;
}
