import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiRequests } from "../../../tools/datadog/export/api-requests.ts";
import { apiBodies } from "../../../tools/datadog/plan/api-bodies.ts";
import { type DatadogApi, startDatadogApi } from "../../support/datadog-api/server.ts";
import { EVERYTHING } from "../../support/datadog-setup.ts";

type Request = ReturnType<typeof apiRequests>[number];

let api: DatadogApi;
let requests: readonly Request[];
beforeAll(async () => {
  api = await startDatadogApi();
  requests = apiRequests(await apiBodies(EVERYTHING));
});
afterAll(() => api.stop());

async function post(path: string, body: unknown, headers: Readonly<Record<string, string | undefined>> = {}) {
  const all = {
    "content-type": "application/json",
    "dd-api-key": api.account.apiKey,
    "dd-application-key": api.account.appKey,
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const answer = await fetch(`${api.url}${path}`, { method: "POST", headers: given, body: JSON.stringify(body) });
  await answer.arrayBuffer();
  return answer.status;
}

/** A copy in which the n-th object, counted all over, is another. */
function withObject(value: unknown, n: number, change: (object: object) => unknown): unknown {
  let left = n;
  const copy = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(copy);
    if (typeof one !== "object" || one === null) return one;
    left -= 1;
    const here = left === -1;
    const copied = Object.fromEntries(Object.entries(one).map(([name, field]) => [name, copy(field)]));
    return here ? change(copied) : copied;
  };
  return copy(value);
}

const objectsIn = (value: unknown): number =>
  typeof value !== "object" || value === null
    ? 0
    : Object.values(value).reduce<number>((sum, one) => sum + objectsIn(one), Array.isArray(value) ? 0 : 1);

/** What `apply` is proven with is worth something only as far as it is strict. */
describe("the stand-in for what apply makes refuses", () => {
  const anObject = () =>
    fc
      .nat({ max: requests.length - 1 })
      .chain((i) => fc.tuple(fc.constant(requests[i] as Request), fc.nat({ max: objectsIn(requests[i]?.body) - 1 })));

  test("a field that there is not, wherever it is", async () => {
    await fc.assert(
      fc.asyncProperty(anObject(), async ([{ path, body }, n]) => {
        expect(
          await post(
            path,
            withObject(body, n, (one) => ({ ...one, no_such_field: 1 })),
          ),
        ).toBe(400);
      }),
      { numRuns: 60 },
    );
  });

  test("a field of another type, wherever it is", async () => {
    await fc.assert(
      fc.asyncProperty(anObject(), fc.nat(), async ([{ path, body }, n], at) => {
        const wrong = withObject(body, n, (one) => {
          const [name = "no_such_field"] = Object.keys(one).slice(at % Object.keys(one).length);
          return { ...one, [name]: { never: "this" } };
        });
        expect(await post(path, wrong)).toBe(400);
      }),
      { numRuns: 60 },
    );
  });

  test("what is missing: keys, the content's type, required fields", async () => {
    for (const { path, body } of requests) {
      expect(await post(path, body, { "dd-api-key": undefined })).toBe(401);
      expect(await post(path, body, { "dd-application-key": undefined })).toBe(401);
      expect(await post(path, body, { "dd-application-key": "another" })).toBe(403);
      expect(await post(path, body, { "content-type": "text/plain" })).toBe(415);
      expect(await post(path, {})).toBe(400);
    }
  });
});
