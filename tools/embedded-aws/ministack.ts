import { mkdirSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { startProgram } from "./programs.ts";
import { MissingError, type PythonPackage, pythonProgram } from "./python-program.ts";
import { serveTlsFront } from "./tls-front.ts";

/** https://pypi.org/project/ministack/ An AWS emulator in Python that runs functions as processes: no Docker. */
export const MINISTACK_VERSION = "1.5.33";

const MINISTACK: PythonPackage = {
  name: "ministack",
  version: MINISTACK_VERSION,
  program: "ministack",
  anyOnPath: true,
  otherwise: ", so that ministack is on PATH, or set AWS_ENDPOINT_URL to one that runs",
};

const START_TIMEOUT_MS = 60_000;

export interface EmbeddedAws {
  readonly endpoint: string;
  readonly version: string;
  /** Whether it enforces the policies of roles and buckets. */
  readonly enforcesPolicies: boolean;
  readonly account: string;
  readonly region: string;
  /** For programs that talk to it. Nothing else of this process's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The last lines of its log; empty if it was started elsewhere. */
  readonly log: () => string;
}

/**
 * The emulator at `AWS_ENDPOINT_URL`, or one of its own, on loopback, which ends with this process.
 * @param folder for all it writes
 * @throws MissingError
 */
export async function embeddedAws(folder: string, say: (line: string) => void): Promise<EmbeddedAws> {
  const running = process.env.AWS_ENDPOINT_URL;
  if (running) return runningAws(running.replace(/\/$/, ""), folder);
  return startMinistack(await pythonProgram(MINISTACK, say), folder);
}

async function runningAws(endpoint: string, folder: string): Promise<EmbeddedAws> {
  const health = await healthOf(endpoint);
  // Anything else at that address might be AWS itself.
  if (!health) throw new MissingError(`AWS_ENDPOINT_URL is ${endpoint}, but no MiniStack answers there.`);
  return describe(endpoint, health, folder, () => "");
}

async function startMinistack(program: string, folder: string): Promise<EmbeddedAws> {
  const port = await freePort();
  const endpoint = await serveTlsFront(port);
  const temporary = path.join(folder, "ministack");
  mkdirSync(temporary);
  const log: string[] = [];
  const child = startProgram(program, [], {
    cwd: temporary,
    // The functions inherit it.
    env: {
      PATH: programPath(),
      HOME: temporary,
      TMPDIR: temporary,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      // Where functions find AWS.
      AWS_ENDPOINT_URL: endpoint,
      // Policies of roles and buckets are enforced, so that a grant that is missing shows.
      AUTH: "true",
      // Every delivery gets a process at once, like an account with a high limit. Throttled ones would be lost:
      // the emulator does not try subscription deliveries again.
      LAMBDA_ACCOUNT_CONCURRENCY: "0",
      // Listeners that nobody asked for.
      SFTP_ENABLED: "0",
      IOT_MTLS_ENABLED: "0",
    },
    onOutput: (text) => {
      log.push(text);
      if (log.length > 500) log.shift();
    },
  });
  const ended = new Promise<undefined>((resolve) => {
    child.once("error", () => resolve(undefined));
    child.once("exit", () => resolve(undefined));
  });
  const lastLines = () => log.join("").split("\n").slice(-30).join("\n");
  const health = await Promise.race([ended, untilHealthy(endpoint)]);
  if (!health) {
    throw new Error(`${program} did not start (waited for ${START_TIMEOUT_MS / 1000} s at most):\n${lastLines()}`);
  }
  return describe(endpoint, health, folder, lastLines);
}

function describe(endpoint: string, health: Health, folder: string, log: () => string): EmbeddedAws {
  const region = "us-east-1";
  return {
    endpoint,
    ...health,
    account: "000000000000",
    region,
    environment: {
      PATH: programPath(),
      // Neither a profile nor a cache of the person's own.
      HOME: folder,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: region,
    },
    log,
  };
}

/** The Node that runs this comes first: the emulator takes `node` from PATH for the functions. */
const programPath = () => `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ""}`;

type Health = Pick<EmbeddedAws, "version" | "enforcesPolicies">;

async function untilHealthy(endpoint: string): Promise<Health | undefined> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const health = await healthOf(endpoint);
    if (health) return health;
    await setTimeout(100);
  }
  return undefined;
}

/** What a MiniStack says of itself; undefined if there is none. */
async function healthOf(endpoint: string): Promise<Health | undefined> {
  try {
    const response = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(5_000) });
    const { version, auth } = (await response.json()) as { version?: string; auth?: string };
    return version === undefined ? undefined : { version, enforcesPolicies: auth === "enabled" };
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
