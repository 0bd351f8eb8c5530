import { afterAll, beforeAll, beforeEach, vi } from "vitest";
import { AWS_CREDENTIALS } from "./aws.ts";
import { type S3Server, startS3Server } from "./s3-server.ts";

/** For all tests of a file: the functions find it, with credentials, and it is empty before each. */
export function s3OfTests(): Omit<S3Server, "stop"> {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
    for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
    vi.stubEnv("AWS_ENDPOINT_URL_S3", server.endpoint);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.stop();
  });
  beforeEach(() => {
    server.objects.clear();
    for (const kind of Object.keys(server.requests)) delete server.requests[kind];
  });
  return {
    get endpoint() {
      return server.endpoint;
    },
    get objects() {
      return server.objects;
    },
    get put() {
      return server.put;
    },
    get requests() {
      return server.requests;
    },
  };
}
