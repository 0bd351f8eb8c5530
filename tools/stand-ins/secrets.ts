import http from "node:http";
import type { AddressInfo } from "node:net";
import { AWS_CREDENTIALS } from "./credentials.ts";

const SIGNED = `AWS4-HMAC-SHA256 Credential=${AWS_CREDENTIALS.AWS_ACCESS_KEY_ID}/`;

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
    const signed = (request.headers.authorization ?? "").startsWith(SIGNED);
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
