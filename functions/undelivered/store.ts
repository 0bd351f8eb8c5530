import type { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { builtin } from "../builtin.ts";
import { asCode, codeOf } from "../error-code.ts";
import { sdkAgents } from "../proxy-agent.ts";
import type { ProxySettings } from "../settings/proxy.ts";
import type { StoredObject } from "./stored-object.ts";

/** A write, a read or a removal failed. Names the bucket and S3's code, never what was to be stored. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  /** Short, for the report: `s3 AccessDenied`. */
  readonly reason: string;
  constructor(reason: string, detail: string) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
  }
}

/** An object as a listing names it. */
export interface Listed {
  readonly key: string;
  /** Of its content: other content under the same key has another one. */
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
}

/** Each call ends by itself when its time is over, whatever S3 does. All throw StoreError. */
export interface Store {
  /** Resolves when S3 has the bytes. */
  readonly write: (object: StoredObject, timeoutMs: number) => Promise<void>;
  /** What is under a prefix in S3's order, a page at a time. @param timeoutMs asked for each page */
  readonly list: (prefix: string, timeoutMs: () => number) => AsyncIterable<Listed>;
  /** Undefined if the object is gone. Of more than `maxBytes` nothing is read: `TOO_LARGE`. */
  readonly read: (key: string, timeoutMs: number, maxBytes: number) => Promise<ReadObject | undefined>;
  readonly remove: (key: string, timeoutMs: number) => Promise<void>;
}

/** What is expected of an object that is written over: that it is not there, or that it has this content. */
export type Expected = "absent" | { readonly etag: string };

/** What the replayer needs besides. */
export interface ReplayStore extends Store {
  /** Within the bucket, without reading it here. */
  readonly copy: (fromKey: string, toKey: string, timeoutMs: number) => Promise<void>;
  /** All of them with one request. @param keys at most `MAX_REMOVED` @returns those that S3 did not remove, and why */
  readonly removeAll: (keys: readonly string[], timeoutMs: number) => Promise<ReadonlyMap<string, StoreError>>;
  /** What keys begin with, up to their first slash, that slash included: one request tells whether there is anything. */
  readonly folders: (timeoutMs: number) => Promise<readonly string[]>;
  /** As `write`, if it is as expected. @returns the new content's etag; undefined if it is not as expected */
  readonly writeIf: (object: StoredObject, expected: Expected, timeoutMs: number) => Promise<string | undefined>;
}

/** S3's limit for one request. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html (2026-11) */
export const MAX_REMOVED = 1_000;

export interface ReadObject {
  readonly body: Uint8Array;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reason of the StoreError for an object that is larger than it may be. */
export const TOO_LARGE = "object too large";

/**
 * The store in an S3 bucket. The SDK is loaded with the first call: an intake that is well never needs it.
 * @param bucket undefined: every write fails, and so does the invocation, which Lambda tries again.
 * @param pathStyle `http://host/bucket/key`, as emulators want it.
 * @param proxy undefined: S3 is reached directly.
 */
export function s3Store(bucket: string | undefined, pathStyle: boolean, proxy?: ProxySettings): ReplayStore {
  let loading: Promise<{ sdk: typeof import("@aws-sdk/client-s3"); client: S3Client }> | undefined;
  const load = () => {
    loading ??= import("@aws-sdk/client-s3").then((sdk) => ({
      sdk,
      client: new sdk.S3Client({
        forcePathStyle: pathStyle,
        maxAttempts: 3,
        // Without the last the SDK only warns of a request without an answer, and waits on.
        requestHandler: {
          ...sdkAgents(proxy),
          connectionTimeout: 1_000,
          requestTimeout: 5_000,
          throwOnRequestTimeout: true,
        },
      }),
    }));
    return loading;
  };
  const call = async <R>(
    what: string,
    timeoutMs: number,
    work: (bucket: string, loaded: Awaited<ReturnType<typeof load>>, abortSignal: AbortSignal) => Promise<R>,
  ) => {
    if (bucket === undefined) throw new StoreError("no store", "DD_S3_BUCKET_NAME is not set.");
    try {
      return await within(timeoutMs, async (signal) => work(bucket, await load(), signal));
    } catch (error) {
      if (error instanceof StoreError) throw error;
      // Neither message nor cause: they could carry the request.
      const code = codeOf(error);
      throw new StoreError(
        `s3 ${code}`,
        `${what} in bucket ${bucket} failed. Does it exist, and may the function do that?`,
      );
    }
  };

  return {
    write: (object, timeoutMs) =>
      call("writing an object", timeoutMs, async (Bucket, { sdk, client }, abortSignal) => {
        await client.send(new sdk.PutObjectCommand({ Bucket, ...inputOf(object) }), { abortSignal });
      }),

    writeIf: (object, expected, timeoutMs) =>
      call("writing an object", timeoutMs, async (Bucket, { sdk, client }, abortSignal) => {
        const condition = expected === "absent" ? { IfNoneMatch: "*" } : { IfMatch: expected.etag };
        const command = new sdk.PutObjectCommand({ Bucket, ...inputOf(object), ...condition });
        try {
          const { ETag = "" } = await client.send(command, { abortSignal });
          return ETag;
        } catch (error) {
          if (NOT_AS_EXPECTED.has(codeOf(error))) return undefined;
          throw error;
        }
      }),

    folders: (timeoutMs) =>
      call("listing objects", timeoutMs, async (Bucket, { sdk, client }, abortSignal) => {
        const command = new sdk.ListObjectsV2Command({ Bucket, Delimiter: "/" });
        const { CommonPrefixes = [] } = await client.send(command, { abortSignal });
        return CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []);
      }),

    async *list(prefix, timeoutMs) {
      let token: string | undefined;
      do {
        const page = await call("listing objects", timeoutMs(), (Bucket, { sdk, client }, abortSignal) => {
          const command = new sdk.ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken: token });
          return client.send(command, { abortSignal });
        });
        for (const { Key, ETag = "", Size = 0 } of page.Contents ?? []) {
          if (Key !== undefined) yield { key: Key, etag: ETag, size: Size };
        }
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },

    read: (key, timeoutMs, maxBytes) =>
      call("reading an object", timeoutMs, async (Bucket, { sdk, client }, abortSignal) => {
        try {
          const command = new sdk.GetObjectCommand({ Bucket, Key: key });
          const { Body, ContentLength, Metadata, ETag = "" } = await client.send(command, { abortSignal });
          const body = Body ? await readBody(Body as Readable, ContentLength, maxBytes, abortSignal) : new Uint8Array();
          return { body, etag: ETag, metadata: Metadata ?? {} };
        } catch (error) {
          if (error instanceof sdk.NoSuchKey) return undefined;
          throw error;
        }
      }),

    copy: (fromKey, toKey, timeoutMs) =>
      call("moving an object", timeoutMs, async (Bucket, { sdk, client }, abortSignal) => {
        const source = [Bucket, ...fromKey.split("/")].map(encodeURIComponent).join("/");
        const command = new sdk.CopyObjectCommand({ Bucket, Key: toKey, CopySource: source });
        await client.send(command, { abortSignal });
      }),

    remove: (key, timeoutMs) =>
      call("removing an object", timeoutMs, async (Bucket, { sdk, client }, abortSignal) => {
        await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }), { abortSignal });
      }),

    removeAll: (keys, timeoutMs) =>
      call("removing objects", timeoutMs, async (Bucket, { sdk, client }, abortSignal) => {
        // Quiet: only what was not removed is answered.
        const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
        const { Errors = [] } = await client.send(new sdk.DeleteObjectsCommand({ Bucket, Delete }), { abortSignal });
        const why = (code: string) => new StoreError(`s3 ${code}`, `removing an object in bucket ${Bucket} failed.`);
        return new Map(Errors.flatMap(({ Key, Code }) => (Key === undefined ? [] : [[Key, why(asCode(Code))]])));
      }),
  };
}

const inputOf = ({ key, body, contentType, contentEncoding, metadata }: StoredObject) => ({
  Key: key,
  Body: body,
  ContentType: contentType,
  ContentEncoding: contentEncoding,
  Metadata: { ...metadata },
});

/**
 * It is there already, or has other content, or is gone; or somebody else is writing it at this moment.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html (2026-11)
 */
const NOT_AS_EXPECTED = new Set(["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"]);

/** The signal alone is not enough: the SDK's own waits, and a body on its way, do not hear it. */
async function within<R>(timeoutMs: number, work: (signal: AbortSignal) => Promise<R>): Promise<R> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const end = () => {
      const error = new DOMException("no answer in time", "TimeoutError");
      over.abort(error);
      reject(error);
    };
    timer = setTimeout(end, Math.max(1, Math.ceil(timeoutMs)));
  });
  try {
    return await Promise.race([work(over.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Never more than `maxBytes` of it; nothing if S3 says beforehand that it is more. */
async function readBody(
  stream: Readable,
  length: number | undefined,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { addAbortSignal } = builtin("node:stream");
  if ((length ?? 0) > maxBytes) {
    stream.destroy();
    throw tooLarge(maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of addAbortSignal(signal, stream)) {
    bytes += (chunk as Uint8Array).length;
    // Leaving the loop destroys the stream.
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks, bytes);
}

const tooLarge = (maxBytes: number) => new StoreError(TOO_LARGE, `it has more than ${maxBytes} bytes.`);
