import { readFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { type PathSamples, parseResult } from "../../compare/result.ts";
import type { StartedTask } from "../../tools/embedded-aws/cloud.ts";
import type { Environment } from "../../tools/embedded-aws/environment.ts";
import { API_KEY, SECRET } from "../../tools/embedded-aws/environment.ts";
import type { EmbeddedAws } from "../../tools/embedded-aws/ministack.ts";
import { runProgram, startProgram } from "../../tools/embedded-aws/programs.ts";
import { PROJECT } from "../../tools/embedded-aws/python-program.ts";
import { eventually, expect, type Step, StepError } from "./steps.ts";

const LINES_PER_SECOND = 50;
const SECONDS = 3;
const LINES = LINES_PER_SECOND * SECONDS;
/** As often as this step sends what tasks have written. */
const FLUSH_MS = 300;
/** MiniStack reads a function's output only until a moment after its answer: a record of the recorder may be lost. */
const MAX_RECORDS_LOST = 1;

/** `compare aws` against the comparison stack as it is deployed, in an account with nothing else in it. */
export const compareSteps = (environment: Environment): Step[] => {
  let deployed: Awaited<ReturnType<typeof deploy>> | undefined;
  return [
    [
      "comparison stack",
      async () => {
        deployed = await deploy(environment);
        return "is up: its forwarder sends to its recorder's function URL";
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

async function deploy({ aws, cloud, deployment }: Environment) {
  await cloud.setSecret(SECRET, API_KEY);
  const front = await serveFunctionUrl(aws);
  const { outputs, outputsFile } = await deployment.deployComparison({ apiKeySecret: SECRET }, front);
  front.open(outputs.RecorderHost ?? "");
  return { outputs, outputsFile, front };
}

/**
 * Stands for the name of a function's URL, which only AWS resolves; MiniStack answers under a path of its own, too. It
 * ends with this process.
 */
async function serveFunctionUrl({ endpoint }: EmbeddedAws) {
  let id = "";
  let taken = 0;
  const forward = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const body = await buffer(request);
    const { "content-encoding": encoding, "content-type": type = "", "dd-api-key": key = "" } = request.headers;
    // MiniStack hands JSON to a function as text, which would break what is compressed.
    const text = encoding === "gzip" ? gunzipSync(body) : body;
    const headers = { "content-type": type, "dd-api-key": String(key) };
    const answer = await fetch(`${endpoint}/_aws/lambda-url/${id}${request.url}`, {
      method: "POST",
      headers,
      body: text,
    });
    if (answer.status === 202) taken += 1;
    response.writeHead(answer.status).end(await answer.text());
  };
  // No answer is the answer: senders try again.
  const server = http.createServer((request, response) => {
    forward(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return {
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    /** @param host of the URL, as the stack has it */
    open: (host: string) => {
      id = host.split(".")[0] ?? "";
    },
    /** Requests that the recorder took. */
    taken: () => taken,
  };
}

type Deployed = Awaited<ReturnType<typeof deploy>>;

async function compare(environment: Environment, { outputs, outputsFile, front }: Deployed): Promise<string> {
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
  const run = runProgram(process.execPath, ["compare/cli.ts", "aws", ...args], { env: aws.environment, cwd: PROJECT });
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
  await Promise.all(tasks.map((task) => beTask(task, environment, front.port)));
  const { ok, output } = await run;
  expect(ok, `it failed:\n${output}`);
  const file = path.join(directory, "result.json");
  return check(parseResult(readFileSync(file, "utf8"), file), front.taken());
}

/**
 * MiniStack runs no containers: this does what ECS and the log driver or router would. Runs the command with what the
 * run overrides, and sends the lines: by PutLogEvents, or as Fluent Bit does. What it takes is of no meaning.
 */
async function beTask(
  { taskId, command, environment, logOptions }: StartedTask,
  { cloud, folder }: Environment,
  port: number,
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
    group === undefined ? postAsFluentBit(port, lines) : cloud.putLogs(group, `${prefix}/app/${taskId}`, lines);
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

async function postAsFluentBit(port: number, lines: readonly string[]): Promise<void> {
  const timestamp = Date.now();
  const entries = lines.map((log) => ({ log, timestamp, source: "stdout", container_name: "app" }));
  const { status } = await fetch(`http://127.0.0.1:${port}/api/v2/logs`, {
    method: "POST",
    headers: { "DD-API-KEY": API_KEY, "Content-Type": "application/json" },
    body: JSON.stringify(entries),
  });
  expect(status === 202, `the recorder answered ${status}`);
}

function check({ status, phases, settings }: ReturnType<typeof parseResult>, taken: number): string {
  const [steady] = phases;
  const samples = Object.entries<PathSamples>(steady?.paths ?? {});
  expect(status === "complete" && steady !== undefined && samples.length === 2, `the record is ${status}`);
  expect(steady.dueMs.length === LINES, `${steady.dueMs.length} of ${LINES} lines were due`);
  const recorded = samples.reduce((sum, [, { usage }]) => sum + usage.requests, 0);
  const lost = taken - recorded;
  expect(lost >= 0 && lost <= MAX_RECORDS_LOST, `of ${taken} requests ${recorded} have a record`);
  for (const [id, { arrivedMs, duplicates }] of samples) {
    const missing = arrivedMs.filter((arrived) => arrived === null).length;
    expect(missing === 0 || lost > 0, `${missing} lines are missing over ${id}`);
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
  const told = `${LINES} lines over each path, ${taken} requests, ${invocations} invocations, ${billedMs} ms billed`;
  return `${told}${lost > 0 ? "; MiniStack lost a line" : ""}`;
}
