import { randomInt } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import net, { type AddressInfo } from "node:net";
import { join } from "node:path";
import { ResultError } from "../result.ts";
import {
  API_KEY_VARIABLE,
  CONTAINER,
  type FirelensProfile,
  hasServiceFile,
  type LocalPlaces,
  PROFILES,
  renderAgentConfig,
  renderServiceFile,
  type SidecarChanges,
  TAG_PREFIX,
} from "./agent-config.ts";
import { type FluentBitProcess, startFluentBit } from "./fluent-bit-process.ts";
import { openForwardClient } from "./forward-client.ts";
import type { ContainerOutput } from "./forward-message.ts";
import type { ProcessUsage } from "./process-usage.ts";

/** One task: the application's log driver and its router. */
export interface FirelensTask {
  /** Never waits. */
  readonly write: (text: string) => void;
  /** The application ends, then the router: SIGTERM, SIGKILL after the stop timeout. */
  readonly stop: () => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly usage: () => ProcessUsage | undefined;
  /** Messages that the log driver dropped. */
  readonly dropped: () => number;
  /** Why the router is not running, if it ended by itself. */
  readonly problem: () => string | undefined;
}

export interface MeasuredTaskSettings {
  readonly profile: FirelensProfile;
  readonly changes?: SidecarChanges;
  readonly recorder: { readonly host: string; readonly port: number };
  /** What its TLS is known by; without one it speaks none. */
  readonly caFile?: string;
  readonly apiKey: string;
  /** Fluent Bit's program. */
  readonly file: string;
  /** Its own; made if it is not there. */
  readonly folder: string;
  /** 32 hex digits. */
  readonly taskId: string;
}

/** Most that the ended application's last lines wait to be handed over. */
const DRAIN_MS = 2_000;

/**
 * Starts a real Fluent Bit with a log driver that writes to it.
 * @throws ResultError if it does not run.
 */
export async function startMeasuredTask(settings: MeasuredTaskSettings): Promise<FirelensTask> {
  const { profile, taskId } = settings;
  const { router, socketFile } = await startRouter(settings);
  const driver = openForwardClient({ socketFile, container: containerOutput(taskId) });
  return {
    write: driver.send,
    stop: async () => {
      await driver.drain(DRAIN_MS);
      await router.terminate(PROFILES[profile].stopTimeoutSeconds * 1_000);
    },
    kill: async () => {
      driver.close();
      await router.kill();
    },
    usage: router.usage,
    dropped: driver.dropped,
    problem: router.problem,
  };
}

export const containerOutput = (taskId: string): ContainerOutput => ({
  tag: `${TAG_PREFIX}-${taskId}`,
  containerId: `${taskId}-${randomInt(1e9, 4e9)}`,
  containerName: CONTAINER,
  source: "stdout",
});

const PORT_ATTEMPTS = 3;

/** Free ports may be taken by another program before Fluent Bit has them; then others are tried. */
async function startRouter(
  settings: MeasuredTaskSettings,
  attemptsLeft = PORT_ATTEMPTS - 1,
): Promise<{ readonly router: FluentBitProcess; readonly socketFile: string }> {
  const places = await choosePlaces(settings.folder);
  const configFile = await writeConfig(settings, places);
  const { socketFile, forwardPort, healthPort, httpPort } = places;
  const ports = settings.profile === "hardened" ? [forwardPort, healthPort, httpPort] : [forwardPort, healthPort];
  try {
    const router = await startFluentBit({
      file: settings.file,
      configFile,
      environment: { [API_KEY_VARIABLE]: settings.apiKey },
      listens: [socketFile, ...ports],
    });
    return { router, socketFile };
  } catch (error) {
    const isPortTaken = error instanceof ResultError && /could not bind|address already in use/i.test(error.message);
    if (!isPortTaken || attemptsLeft === 0) throw error;
    return startRouter(settings, attemptsLeft - 1);
  }
}

/** What a socket's address holds, less its end. https://man7.org/linux/man-pages/man7/unix.7.html (2026-11) */
const MAX_SOCKET_PATH_BYTES = 103;

async function choosePlaces(folder: string): Promise<LocalPlaces> {
  const socketFile = join(folder, "fluent.sock");
  if (Buffer.byteLength(socketFile) > MAX_SOCKET_PATH_BYTES) {
    throw new ResultError(`${socketFile} is too long a name for a socket. Set TMPDIR to a shorter folder.`);
  }
  const [forwardPort = 0, healthPort = 0, httpPort = 0] = await freePorts(3);
  return {
    socketFile,
    forwardPort,
    healthPort,
    httpPort,
    bufferFolder: join(folder, "buffer"),
    serviceFile: join(folder, "service.conf"),
  };
}

async function freePorts(count: number): Promise<number[]> {
  const open = () =>
    new Promise<net.Server>((resolve, reject) => {
      const server = net.createServer().once("error", reject);
      server.listen(0, "127.0.0.1", () => resolve(server));
    });
  // All at once, so that they differ.
  const servers = await Promise.all(Array.from({ length: count }, open));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function writeConfig(settings: MeasuredTaskSettings, places: LocalPlaces): Promise<string> {
  const { profile, changes, taskId, recorder, caFile, folder } = settings;
  const configFile = join(folder, "fluent-bit.conf");
  await mkdir(folder, { recursive: true });
  await writeFile(configFile, renderAgentConfig({ profile, changes, taskId, intake: { ...recorder, caFile }, places }));
  if (hasServiceFile(profile, changes))
    await writeFile(places.serviceFile, renderServiceFile(profile, places, changes));
  return configFile;
}
