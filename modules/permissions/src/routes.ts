import { implement, type MountedRoute } from "@reef/http";
import { permissionsContract } from "./contract.ts";
import type { Groups } from "./service/groups.ts";

/** What answers each route of the contract. */
export const createPermissionsRoutes = (_groups: Groups): MountedRoute[] => implement(permissionsContract, {});
