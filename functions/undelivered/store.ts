import type { S3Client } from "@aws-sdk/client-s3";
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

export interface Store {
  /** Resolves when S3 has the bytes. @throws StoreError */
  readonly write: (object: StoredObject, timeoutMs: number) => Promise<void>;
  /** Keys under a prefix in S3's order, a page at a time. @throws StoreError */
  readonly list: (prefix: string) => AsyncIterable<string>;
  /** Undefined if the object is gone. @throws StoreError */
  readonly read: (
    key: string,
  ) => Promise<{ readonly body: Uint8Array; readonly metadata: Readonly<Record<string, string>> } | undefined>;
  /** @throws StoreError */
  readonly remove: (key: string) => Promise<void>;
}

/**
 * The store in an S3 bucket. The SDK is loaded with the first call: an intake that is well never needs it.
 * @param bucket undefined: every write fails, and so does the invocation, which Lambda tries again.
 * @param pathStyle `http://host/bucket/key`, as emulators want it.
 */
export function s3Store(bucket: string | undefined, pathStyle: boolean): Store {
  let loading: Promise<{ sdk: typeof import("@aws-sdk/client-s3"); client: S3Client }> | undefined;
  const load = () => {
    loading ??= import("@aws-sdk/client-s3").then((sdk) => ({
      sdk,
      client: new sdk.S3Client({
        forcePathStyle: pathStyle,
        maxAttempts: 3,
        // Without the last the SDK only warns of a request without an answer, and waits on.
        requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
      }),
    }));
    return loading;
  };
  const call = async <R>(
    what: string,
    work: (bucket: string, loaded: Awaited<ReturnType<typeof load>>) => Promise<R>,
  ) => {
    if (bucket === undefined) throw new StoreError("no store", "DD_S3_BUCKET_NAME is not set.");
    try {
      return await work(bucket, await load());
    } catch (error) {
      // Neither message nor cause: they could carry the request.
      const code = error instanceof Error ? error.name : "unknown error";
      throw new StoreError(
        `s3 ${code}`,
        `${what} in bucket ${bucket} failed. Does it exist, and may the function do that?`,
      );
    }
  };

  return {
    write: (object, timeoutMs) =>
      call("writing an object", async (Bucket, { sdk, client }) => {
        const { key, body, contentType, contentEncoding, metadata } = object;
        const command = new sdk.PutObjectCommand({
          Bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          ContentEncoding: contentEncoding,
          Metadata: { ...metadata },
        });
        await client.send(command, { abortSignal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))) });
      }),

    async *list(prefix) {
      let token: string | undefined;
      do {
        const page = await call("listing objects", (Bucket, { sdk, client }) =>
          client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken: token })),
        );
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },

    read: (key) =>
      call("reading an object", async (Bucket, { sdk, client }) => {
        try {
          const { Body, Metadata } = await client.send(new sdk.GetObjectCommand({ Bucket, Key: key }));
          return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), metadata: Metadata ?? {} };
        } catch (error) {
          if (error instanceof sdk.NoSuchKey) return undefined;
          throw error;
        }
      }),

    remove: (key) =>
      call("removing an object", async (Bucket, { sdk, client }) => {
        await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }));
      }),
  };
}
