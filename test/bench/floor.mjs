// What can't be avoided, in bare Node: the same bytes in as many requests, and nothing else.
import http from "node:http";
import { gunzipSync, gzipSync } from "node:zlib";

const LEVEL = 6;
const agent = new http.Agent({ keepAlive: true });

/**
 * Turns a delivery into compressed JSON. `attributes` on every event make as many bytes as the forwarder sends;
 * with a `port` each body is posted there, too.
 */
export async function handler({ awslogs, attributes, port }) {
  const { logEvents } = JSON.parse(gunzipSync(Buffer.from(awslogs.data, "base64")).toString());
  const entries = attributes ? logEvents.map((event) => ({ ...event, ...attributes })) : logEvents;
  const posts = [];
  for (let i = 0; i < entries.length; i += 1_000) {
    const body = gzipSync(JSON.stringify(entries.slice(i, i + 1_000)), { level: LEVEL });
    if (port) posts.push(post(body, port));
  }
  await Promise.all(posts);
  return {};
}

const post = (body, port) =>
  new Promise((resolve, reject) => {
    const headers = { "dd-api-key": "bench", "content-type": "application/json", "content-encoding": "gzip" };
    const request = http.request({ agent, host: "127.0.0.1", port, method: "POST", path: "/api/v2/logs", headers });
    request.on("response", (response) => response.resume().on("end", resolve)).on("error", reject);
    request.end(body);
  });
