import type { Bell, Loop } from "@reef/supervision";

/** What a loop looks for while somebody waits for it. */
export interface NewsLoopOptions {
  name: string;
  /** Whoever knows of news rings it. */
  bell: Bell;
  /** Whether anybody waits for news. */
  isAwaited(): boolean;
  /** Begins to hear notifications of other processes, which ring the bell. */
  listen(): Promise<{ close(): Promise<void> }>;
  /** Looks for news once, and tells of them. */
  look(signal: AbortSignal): Promise<void>;
  /** How long it may rest without being rung for, in milliseconds: a notification may be lost with its connection. */
  restMs(): number;
}

/** Between two looks, so that a rush of news costs few queries. */
const LEAST_PAUSE_MS = 50;
/** How often the loop shows that it lives while nobody waits. */
const IDLE_MS = 30_000;

/** A loop that looks for news when it is rung for, and now and then. While nobody waits for any, it asks the database nothing. */
export function createNewsLoop({ name, bell, isAwaited, listen, look, restMs }: NewsLoopOptions): Loop {
  return {
    name,
    stallSeconds: 120,
    async run({ signal, beat, sleep }) {
      let notifications: { close(): Promise<void> } | undefined;
      signal.addEventListener("abort", bell.ring, { once: true });
      try {
        while (!signal.aborted) {
          bell.clear();
          beat();
          if (isAwaited()) {
            notifications ??= await listen();
            await look(signal);
            await sleep(LEAST_PAUSE_MS);
            await bell.rest(restMs());
          } else {
            await notifications?.close();
            notifications = undefined;
            await bell.rest(IDLE_MS);
          }
        }
      } finally {
        signal.removeEventListener("abort", bell.ring);
        await notifications?.close();
      }
    },
  };
}
