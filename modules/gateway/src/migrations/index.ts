import type { Migrations } from "@reef/db";
import * as createGateway from "./202611260100-create-gateway.ts";

/** The module's migrations, in order. */
export const gatewayMigrations: Migrations = {
  "202611260100-create-gateway": createGateway,
};
