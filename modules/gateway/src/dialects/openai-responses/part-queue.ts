import type { Delta } from "../conversation.ts";

type Start = Extract<Delta, { type: "part_start" }>["part"];

/**
 * Puts the parts of an answer in order. A response's items have places and may grow at once; elsewhere a part begins when
 * the one before it is over, so what comes for a later one waits.
 */
interface PartQueue {
  /** Begins a part, unless it has begun. */
  begin(key: string, part: Start): Delta[];
  /** Adds to a part that has begun, and is not over. */
  push(key: string, create: (index: number) => Delta): Delta[];
  end(key: string): Delta[];
  /** Ends the parts whose keys begin so. */
  endAll(prefix: string): Delta[];
  /** Ends what is not over. */
  close(): Delta[];
  isEmpty(): boolean;
  hasToolCall(): boolean;
}

interface QueuedPart {
  index: number;
  type: Start["type"];
  waiting: Delta[];
  isOver: boolean;
}

/** A queue for one answer. */
export function createPartQueue(): PartQueue {
  const parts = new Map<string, QueuedPart>();
  const order: QueuedPart[] = [];
  /** The part whose steps go out at once. */
  let live = 0;

  /** Lets out the steps of the live part, and of those after it as far as each is over. */
  function release(): Delta[] {
    const out: Delta[] = [];
    for (;;) {
      const part = order[live];
      if (part === undefined) return out;
      out.push(...part.waiting.splice(0));
      if (!part.isOver) return out;
      live += 1;
    }
  }

  function finish(part: QueuedPart): void {
    if (part.isOver) return;
    part.waiting.push({ type: "part_end", index: part.index });
    part.isOver = true;
  }

  return {
    begin(key, start) {
      if (parts.has(key)) return [];
      const index = order.length;
      const part: QueuedPart = {
        index,
        type: start.type,
        waiting: [{ type: "part_start", index, part: start }],
        isOver: false,
      };
      parts.set(key, part);
      order.push(part);
      return release();
    },
    push(key, create) {
      const part = parts.get(key);
      if (part === undefined || part.isOver) return [];
      part.waiting.push(create(part.index));
      return release();
    },
    end(key) {
      const part = parts.get(key);
      if (part !== undefined) finish(part);
      return release();
    },
    endAll(prefix) {
      for (const [key, part] of parts) if (key.startsWith(prefix)) finish(part);
      return release();
    },
    close() {
      for (const part of order) finish(part);
      return release();
    },
    isEmpty: () => order.length === 0,
    hasToolCall: () => order.some(({ type }) => type === "tool_call"),
  };
}
