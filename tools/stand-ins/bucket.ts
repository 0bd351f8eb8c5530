import { type _Object, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { startFauxqs } from "fauxqs";
import { entriesOf } from "../../functions/intake/payload.ts";
import { partsOf } from "../../functions/undelivered/stored-parts.ts";
import { AWS_CREDENTIALS } from "./credentials.ts";

export interface Bucket {
  readonly name: string;
  readonly endpoint: string;
  readonly client: S3Client;
  readonly keys: (prefix?: string) => Promise<string[]>;
  readonly read: (key: string) => Promise<{ body: Uint8Array; metadata: Record<string, string> }>;
  /** Ids of all log entries in objects under a prefix. */
  readonly ids: (prefix: string) => Promise<string[]>;
  readonly clear: () => void;
  readonly stop: () => Promise<void>;
}

/** An S3 server with one empty bucket. */
export async function startBucket(name = "store"): Promise<Bucket> {
  const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
  server.createBucket(name);
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: AWS_CREDENTIALS.AWS_REGION,
    credentials: {
      accessKeyId: AWS_CREDENTIALS.AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_CREDENTIALS.AWS_SECRET_ACCESS_KEY,
    },
  });
  const keys = async (prefix = "") => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name, Prefix: prefix }));
    return Contents.map(({ Key }: _Object) => Key ?? "");
  };
  const read = async (key: string) => {
    const { Body, Metadata = {} } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
    return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), metadata: Metadata };
  };
  return {
    name,
    endpoint,
    client,
    keys,
    read,
    ids: async (prefix) => {
      const ids: string[] = [];
      for (const key of await keys(prefix)) {
        const { body } = await read(key);
        const bodies = partsOf(body)?.map((part) => part.body) ?? [body];
        for (const entry of bodies.flatMap((one) => entriesOf(one) ?? [])) ids.push(String(entry.id));
      }
      return ids;
    },
    clear: () => server.emptyBucket(name),
    stop: async () => {
      client.destroy();
      await server.stop();
    },
  };
}
