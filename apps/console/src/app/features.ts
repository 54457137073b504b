import { identity } from "../features/identity/feature.tsx";
import type { Feature } from "./feature.ts";

/** All features, in the order in which the command palette names them. */
export const features: readonly Feature[] = [identity];
