import type { Construct } from "constructs";
import { apiKeyRights } from "../api-key-source.ts";
import { metadataRights } from "../metadata.ts";
import type { Right } from "../rights.ts";
import { runRights } from "../run-rights.ts";
import { type StoreArns, storeRights } from "../store-bucket.ts";
import type { ForwarderProps } from "./props.ts";

export interface Places extends StoreArns {
  /** Of the function. */
  readonly logGroupArn: string;
}

/** All that a function of a forwarder may do. */
export function functionRights(
  scope: Construct,
  which: "forwarder" | "replayer",
  { apiKey, functions, metadata, network }: ForwarderProps,
  { logGroupArn, ...store }: Places,
): Right[] {
  const needs = {
    inVpc: network?.vpc !== undefined,
    environmentKeyArn: functions?.environmentEncryptionKey?.keyArn,
  };
  return [
    ...runRights(scope, logGroupArn, needs),
    ...apiKeyRights(scope, apiKey),
    ...storeRights(scope, which, store),
    ...(which === "forwarder" ? metadataRights(scope, metadata) : []),
  ];
}
