import type { Construct } from "constructs";
import { apiKeyRights } from "../api-key-source.ts";
import { readRights } from "../kinesis/rights.ts";
import { metadataRights } from "../metadata.ts";
import type { Right } from "../rights.ts";
import { runRights } from "../run-rights.ts";
import { type StoreArns, storeRights } from "../store-bucket.ts";
import type { ForwarderProps } from "./props.ts";

export interface Places extends StoreArns {
  /** Of the function. */
  readonly logGroupArn: string;
  /** Undefined: it reads none. */
  readonly streamArn?: string;
  /** Of the forwarder, for the replayer. */
  readonly forwarderArn: string;
}

/** All that a function of a forwarder may do. */
export function functionRights(
  scope: Construct,
  which: "forwarder" | "replayer",
  { apiKey, functions, metadata, network, kinesis }: ForwarderProps,
  { logGroupArn, streamArn, forwarderArn, ...store }: Places,
): Right[] {
  const needs = {
    inVpc: network?.vpc !== undefined,
    environmentKeyArn: functions?.environmentEncryptionKey?.keyArn,
  };
  return [
    ...runRights(scope, logGroupArn, needs),
    ...apiKeyRights(scope, apiKey),
    ...storeRights(scope, which, store),
    ...(which === "forwarder" ? metadataRights(scope, metadata) : [invokeRight(forwarderArn)]),
    ...(which === "forwarder" && streamArn !== undefined
      ? readRights(scope, { streamArn, encryptionKeyArn: kinesis?.encryptionKey?.keyArn, bucketArn: store.bucketArn })
      : []),
  ];
}

const invokeRight = (forwarderArn: string): Right => ({
  sid: "InvokeForwarder",
  actions: ["lambda:InvokeFunction"],
  resources: [forwarderArn],
  why: "Events that Lambda gave up on go through the forwarder again. Before it exists, its name is not known.",
});
