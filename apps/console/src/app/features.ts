import { account } from "../features/account/feature.tsx";
import { audit } from "../features/audit/feature.tsx";
import { billing } from "../features/billing/feature.tsx";
import { feed } from "../features/feed/feature.tsx";
import { gateway } from "../features/gateway/feature.tsx";
import { identity } from "../features/identity/feature.tsx";
import { members } from "../features/members/feature.tsx";
import { memory } from "../features/memory/feature.tsx";
import { signing } from "../features/signing/feature.tsx";
import { system } from "../features/system/feature.tsx";
import type { Feature } from "./feature.ts";

/** All features, in the order in which the command palette names them. */
export const features: readonly Feature[] = [
  identity,
  memory,
  signing,
  gateway,
  billing,
  feed,
  audit,
  members,
  account,
  system,
];
