import type { StoredLogs } from "../../tools/embedded-aws/cloud.ts";
import type { Deployed } from "../../tools/embedded-aws/deployment.ts";
import type { Environment } from "../../tools/embedded-aws/environment.ts";
import { eventually, expect } from "./steps.ts";

/** One invocation of the forwarder, as it reports it. */
export type Report = Readonly<Record<string, unknown>>;

/** What the steps of a run share: the environment, what is deployed in it, and what has been put so far. */
export type Scene = ReturnType<typeof scene>;

export function scene(environment: Environment) {
  const { aws, folder, cloud, deployment, recorder, settings } = environment;
  let deployed: Deployed | undefined;
  const sizesPut: number[] = [];

  const stack = (): Deployed => {
    expect(deployed !== undefined, "nothing is deployed");
    return deployed;
  };
  const stored = (prefix: string): Promise<StoredLogs> => cloud.stored(stack().bucketName, prefix);

  return {
    aws,
    folder,
    cloud,
    deployment,
    recorder,
    stack,
    stored,

    /** Deploys the stack with the environment's settings, but for those given. */
    async deploy(others: Readonly<Record<string, string>> = {}): Promise<Deployed> {
      deployed = await deployment.deploy({ ...settings, ...others });
      return deployed;
    },

    /** Puts log events that are to be delivered. */
    async put(logGroup: string, stream: string, messages: readonly string[]): Promise<void> {
      await cloud.putLogs(logGroup, stream, messages);
      sizesPut.push(messages.length);
    },

    /** How many events each delivery had that was put and was to be delivered. */
    sizesPut: (): readonly number[] => sizesPut,

    /** Waits for each of the messages to arrive, once, and nothing else since the recorder was cleared. */
    async allArriveOnce(messages: readonly string[]): Promise<void> {
      await eventually(
        () => recorder.summary().entries,
        (count) => count >= messages.length,
        (count) => `${count} of ${messages.length} events arrived`,
      );
      const arrived = recorder.entries().map(({ message }) => String(message));
      const lost = messages.filter((message) => !arrived.includes(message));
      expect(lost.length === 0, `${lost.length} events did not arrive, such as "${lost[0]}"`);
      const more = arrived.length - messages.length;
      expect(more === 0, `${more} events arrived twice or from elsewhere`);
    },

    untilStored: (prefix: string, events: number): Promise<StoredLogs> =>
      eventually(
        () => stored(prefix),
        (seen) => seen.events >= events,
        (seen) => `${seen.events} of ${events} events were stored, in ${seen.objects} objects`,
      ),

    /** The forwarder's reports so far. */
    async reports(): Promise<Report[]> {
      const lines = await cloud.logLines(await cloud.logGroupOf(stack().functionName));
      return lines.filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line) as Report);
    },
  };
}
