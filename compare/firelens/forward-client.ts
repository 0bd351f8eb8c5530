import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type ContainerOutput, messageEncoder, newPartialId } from "./forward-message.ts";

export interface ForwardSettings {
  readonly socketFile: string;
  readonly container: ContainerOutput;
  /** Messages, not bytes. FireLens' `log-driver-buffer-limit`. */
  readonly bufferLimit?: number;
}

export interface ForwardClient {
  /** A text with line ends is several lines, as for the driver. Never waits. */
  readonly send: (text: string) => void;
  /** Messages that found the buffer full. */
  readonly dropped: () => number;
  /** Hands over what is buffered, then closes; gives up what is left after the limit. */
  readonly drain: (limitMs: number) => Promise<void>;
  /** Gives up what is buffered. */
  readonly close: () => void;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-docker-buffer-limit.html (2026-11) */
export const BUFFER_LIMIT = 1_048_576;
const RETRY_WAIT_MS = 1_000;
const MAX_RETRY_WAIT_MS = 60_000;

/**
 * The container runtime's log driver: asynchronous, a bounded buffer, a system call for each message, connects again
 * without end. The router reads as often as is written: with many messages at once it would take a tenth less CPU.
 * https://github.com/fluent/fluent-logger-golang/blob/master/fluent/fluent.go (2026-11)
 */
export function openForwardClient({
  socketFile,
  container,
  bufferLimit = BUFFER_LIMIT,
}: ForwardSettings): ForwardClient {
  const encode = messageEncoder(container);
  const buffer = messageQueue();
  let socket: net.Socket | undefined;
  let isWriting = false;
  let isConnected = false;
  let failedConnects = 0;
  let retryTimer: NodeJS.Timeout | undefined;
  let closed = false;
  let droppedCount = 0;
  let onEmpty = () => {};

  const pump = () => {
    if (!isConnected || isWriting) return;
    const message = buffer.first();
    if (message === undefined) {
      onEmpty();
      return;
    }
    isWriting = true;
    socket?.write(message, (error) => {
      isWriting = false;
      // What the router has not taken stays, for the next connection.
      if (error) return;
      buffer.removeFirst();
      pump();
    });
  };
  const connect = () => {
    retryTimer = undefined;
    isWriting = false;
    const connecting = net.connect(socketFile);
    socket = connecting;
    connecting.on("connect", () => {
      isConnected = true;
      failedConnects = 0;
      pump();
    });
    // 'close' follows, and acts on it.
    connecting.on("error", () => undefined);
    connecting.on("close", () => {
      const wasConnected = isConnected;
      isConnected = false;
      if (closed) return;
      retryTimer = setTimeout(connect, wasConnected ? 0 : retryWaitMs(failedConnects++));
    });
    connecting.resume();
  };
  const close = () => {
    closed = true;
    clearTimeout(retryTimer);
    socket?.destroy();
  };

  connect();
  return {
    send: (text) => {
      const timeMs = performance.timeOrigin + performance.now();
      for (const line of text.split("\n")) {
        for (const message of encode(line, timeMs, newPartialId)) {
          if (buffer.size() >= bufferLimit) droppedCount += 1;
          else buffer.add(message);
        }
      }
      if (isConnected && !isWriting) setImmediate(pump);
    },
    dropped: () => droppedCount,
    drain: async (limitMs) => {
      const limit = new AbortController();
      const handedOver = new Promise<void>((resolve) => {
        onEmpty = () => {
          closed = true;
          // The router closes its end once it has read everything.
          socket?.once("close", () => resolve()).end();
        };
      });
      pump();
      await Promise.race([handedOver, sleep(limitMs, undefined, { signal: limit.signal }).catch(() => undefined)]);
      limit.abort();
      close();
    },
    close,
  };
}

/** The driver's: at once, then after 1, 1, 2, 3, 5 … s. */
const retryWaitMs = (failed: number) =>
  Math.min(MAX_RETRY_WAIT_MS, RETRY_WAIT_MS * Math.floor(1.5 ** Math.min(failed - 1, 20)));

/** First in, first out, without moving everything at each removal. */
function messageQueue() {
  let messages: Buffer[] = [];
  let first = 0;
  return {
    size: () => messages.length - first,
    add: (message: Buffer) => {
      messages.push(message);
    },
    first: (): Buffer | undefined => messages[first],
    removeFirst: () => {
      first += 1;
      if (first < 4_096 && first < messages.length) return;
      messages = messages.slice(first);
      first = 0;
    },
  };
}
