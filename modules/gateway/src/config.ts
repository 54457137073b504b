import { flagSetting, numberSetting, textSetting } from "@reef/config";
import type { z } from "zod";
import type { DispatcherOptions } from "./plane/dispatchers.ts";
import { journalConfig } from "./plane/journal/config.ts";
import { providerKinds } from "./providers/index.ts";

/** The settings of the gateway, by environment variable. */
export const gatewayConfig = {
  ...journalConfig,
  REEF_GATEWAY_PRIVATE_PROVIDERS: flagSetting()
    .default(false)
    .describe(
      "Whether organizations may add providers at private addresses, such as a server in the same network; operators always may",
    ),
  REEF_GATEWAY_CONNECTIONS: numberSetting(1, 100_000)
    .int()
    .default(4_000)
    .describe("Connections of one process to one provider's address at most; each stream takes one while it lasts"),
  REEF_GATEWAY_CONNECT_SECONDS: numberSetting(0.1, 300)
    .default(10)
    .describe("How long connecting to a provider may take"),
  REEF_GATEWAY_ANSWER_SECONDS: numberSetting(1, 3_600)
    .default(120)
    .describe("How long a provider may take until its answer begins"),
  REEF_GATEWAY_STALL_SECONDS: numberSetting(1, 3_600)
    .default(120)
    .describe("How long an answer that has begun may stand still before it counts as cut"),
  REEF_GATEWAY_REQUESTS_PER_SECOND: numberSetting(1, 1_000_000)
    .default(100)
    .describe("Calls of models that one organization may make in a second, over all its keys; a key may have less"),
};

export type GatewayConfig = { [Name in keyof typeof gatewayConfig]: z.output<(typeof gatewayConfig)[Name]> };

/** The variables that by custom hold providers' keys: what they hold is offered to operators, and used only once they accept. */
export const providerKeyConfig = Object.fromEntries(
  providerKinds.flatMap(({ environmentKey, title }) =>
    environmentKey === undefined
      ? []
      : [[environmentKey, textSetting().optional().describe(`A key of ${title}; operators may add it in one step`)]],
  ),
);

/** The providers' keys among all settings that were read, by variable. */
export const providerKeysOf = (settings: object): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(settings).filter(
      (entry): entry is [string, string] => Object.hasOwn(providerKeyConfig, entry[0]) && typeof entry[1] === "string",
    ),
  );

/** How upstreams are connected to, by the settings. */
export const dispatcherOptionsOf = (settings: GatewayConfig): DispatcherOptions => ({
  connections: settings.REEF_GATEWAY_CONNECTIONS,
  connectSeconds: settings.REEF_GATEWAY_CONNECT_SECONDS,
  headersSeconds: settings.REEF_GATEWAY_ANSWER_SECONDS,
  stallSeconds: settings.REEF_GATEWAY_STALL_SECONDS,
});
