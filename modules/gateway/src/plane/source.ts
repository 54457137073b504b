import type { Target, UpstreamKey } from "./parts.ts";
import type { Exchange } from "./upstream.ts";
import type { Way } from "./ways.ts";

/** Where an answer comes from. */
export interface Source {
  target: Target;
  way: Way;
  key: UpstreamKey;
  answer: Exchange;
}
