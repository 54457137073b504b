import { flagSetting, numberSetting } from "@reef/config";
import type { z } from "zod";
import { peopleConfig } from "./people/settings.ts";

/** The longest lifetime that {@link identityConfig} allows; a change of access is remembered for at least that long. */
export const MAX_TOKEN_SECONDS = 86_400;

/** How long a token lives when nothing else is set. */
export const DEFAULT_TOKEN_SECONDS = 3_600;

/** The settings of the identity module, by environment variable. */
export const identityConfig = {
  REEF_TOKEN_SECONDS: numberSetting(60, MAX_TOKEN_SECONDS)
    .int()
    .default(DEFAULT_TOKEN_SECONDS)
    .describe("How long an access token is valid, in seconds"),
  REEF_OAUTH_LOCAL_CLIENTS: flagSetting()
    .default(false)
    .describe(
      "Whether an OAuth client may describe itself at an http address of this machine; for development and tests alone",
    ),
  ...peopleConfig,
};

export type IdentityConfig = { [Name in keyof typeof identityConfig]: z.output<(typeof identityConfig)[Name]> };
