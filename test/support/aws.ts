import http from "node:http";
import type { AddressInfo } from "node:net";
import { type _Object, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { startFauxqs } from "fauxqs";
import { entriesOf } from "../../functions/intake/payload.ts";
import { partsOf } from "../../functions/undelivered/stored-parts.ts";

/** Credentials that no AWS would take; the emulators here do not check the signature. */
export const AWS_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_REGION: "eu-west-1",
} as const;

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
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "local" },
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

export interface SecretServer {
  readonly endpoint: string;
  /** Answers from now on; undefined: there is no such secret. */
  secret: string | undefined;
  /** How many of the next requests are throttled. */
  throttled: number;
  /** How many of the next requests are never answered. */
  unanswered: number;
  requests: number;
  readonly stop: () => Promise<void>;
}

/**
 * Secrets Manager's GetSecretValue and SSM's GetParameter for one value, strict about what they are sent.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export async function startSecrets(id: string, secret: string | undefined): Promise<SecretServer> {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (state.unanswered > 0) {
      state.unanswered -= 1;
      state.requests += 1;
      return;
    }
    const [status, body] = answer(request, JSON.parse(Buffer.concat(chunks).toString()));
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  const answer = (request: http.IncomingMessage, input: Record<string, unknown>): [number, unknown] => {
    state.requests += 1;
    const signed = /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\//.test(request.headers.authorization ?? "");
    if (request.method !== "POST" || !signed) return [403, { __type: "IncompleteSignatureException" }];
    if (state.throttled > 0) {
      state.throttled -= 1;
      return [400, { __type: "ThrottlingException", message: "Rate exceeded" }];
    }
    const target = request.headers["x-amz-target"];
    if (target === "secretsmanager.GetSecretValue") {
      if (input.SecretId !== id || state.secret === undefined) return [400, { __type: "ResourceNotFoundException" }];
      return [200, { Name: id, SecretString: state.secret }];
    }
    if (target === "AmazonSSM.GetParameter") {
      if (input.WithDecryption !== true) return [400, { __type: "ValidationException" }];
      if (input.Name !== id || state.secret === undefined) return [400, { __type: "ParameterNotFound" }];
      return [200, { Parameter: { Name: id, Type: "SecureString", Value: state.secret } }];
    }
    return [400, { __type: "UnknownOperationException" }];
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const state: SecretServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret,
    throttled: 0,
    unanswered: 0,
    requests: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}

/** An S3 server that refuses one method, and passes everything else on to another. */
export async function startS3Refusals(endpoint: string, method: string) {
  const server = http.createServer((request, response) => {
    if (request.method === method) {
      request.resume();
      response.writeHead(403, { "content-type": "application/xml" });
      response.end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
      return;
    }
    const { headers, url = "" } = request;
    const passedOn = http.request(new URL(url, endpoint), { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passedOn);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
