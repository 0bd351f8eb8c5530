/** A process of its own for `npm run bench:replay`: S3 in memory, and an intake that takes all, and a while for it. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { startS3Server } from "../support/s3-server.ts";

const s3 = await startS3Server();
const intakeMs = Number(process.argv[2]);
const intake = http.createServer(async (request, response) => {
  for await (const _ of request);
  await setTimeout(intakeMs);
  response.writeHead(202).end("{}");
});
intake.listen(0, "127.0.0.1", () => {
  process.send?.({ s3: s3.endpoint, host: "127.0.0.1", port: (intake.address() as AddressInfo).port });
});
process.on("disconnect", () => process.exit());
