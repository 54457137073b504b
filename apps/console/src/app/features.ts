import { audit } from "../features/audit/feature.tsx";
import { feed } from "../features/feed/feature.tsx";
import { identity } from "../features/identity/feature.tsx";
import { signing } from "../features/signing/feature.tsx";
import { system } from "../features/system/feature.tsx";
import type { Feature } from "./feature.ts";

/** All features, in the order in which the command palette names them. */
export const features: readonly Feature[] = [identity, signing, feed, audit, system];
