import type { PlayedAgent } from "../../support/agents.ts";
import type { Actor } from "./expectation.ts";
import type { World } from "./world.ts";

interface SampleRequest {
  path?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  /** Who sends it in the actor's place, where it would end the actor's own tokens. */
  sender?: PlayedAgent;
}

/** A good request of one route, made anew for each actor, so that what one destroys the next one still finds. */
export interface Sample {
  request(world: World, actor: Actor): Promise<SampleRequest>;
  /** Where an actor is answered otherwise than `needs` tells; each with its reason beside it. */
  answers?: Partial<Record<Actor, number>>;
}
