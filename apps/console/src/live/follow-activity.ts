/** What an event of the stream says, as far as this needs it. */
interface Event {
  position: number;
  operation: string;
}

/** Whether what is on the screen is renewed by itself. */
export type LiveState = "live" | "reconnecting";

/** How the organization is followed, and who is told what. */
export interface FollowOptions {
  /** The reef's stream, from behind `lastEventId` on; it comes back by itself when a connection breaks off. */
  stream: (
    input: { lastEventId?: string },
    options: { signal: AbortSignal; onConnection: (state: "open" | "waiting") => void },
  ) => AsyncIterable<Event>;
  /** Says when the machine has slept or the network was away: the old connection may be dead without anybody knowing. */
  onAwake: (wake: () => void) => () => void;
  /** What was done, gathered over a moment, so that a burst refreshes once. */
  onOperations: (operations: ReadonlySet<string>, position: number) => void;
  /** Events may have been missed, so everything on the screen is to be fetched again. */
  onGap: () => void;
  onState: (state: LiveState) => void;
  /** The stream has ended for good, with this error. */
  onRefused: (error: unknown) => void;
  gatherMs?: number;
  /** The position behind which to go on, where it is known; otherwise the stream begins now. */
  behind?: number | undefined;
  /** Events may have been missed before the first connection stands, where it is not known behind what to go on. */
  isLate?: boolean;
}

const GATHER_MS = 300;

/**
 * Follows what is done in the organization until it is stopped. After a sleep the stream is opened anew behind the last
 * event that came; where none has come yet nothing can be resumed, and the screen is fetched again instead.
 */
export function followActivity({
  stream,
  onAwake,
  gatherMs = GATHER_MS,
  behind,
  isLate = false,
  ...tell
}: FollowOptions): () => void {
  let connection = new AbortController();
  let isStopped = false;
  let lastPosition = behind;
  let mayHaveGap = isLate;
  let gathered = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    const operations = gathered;
    gathered = new Set();
    if (lastPosition !== undefined) tell.onOperations(operations, lastPosition);
  };
  const onConnection = (state: "open" | "waiting") => {
    // The first connection begins with what the pages fetch anyway; a later one without a position may have a gap.
    const hasGap = mayHaveGap && lastPosition === undefined;
    mayHaveGap = true;
    if (state === "waiting") {
      tell.onState("reconnecting");
      return;
    }
    if (hasGap) tell.onGap();
    tell.onState("live");
  };

  const follow = async () => {
    const { signal } = connection;
    const input = lastPosition === undefined ? {} : { lastEventId: String(lastPosition) };
    try {
      for await (const { position, operation } of stream(input, { signal, onConnection })) {
        // Behind a connection that was given up an event may come twice.
        if (lastPosition !== undefined && position <= lastPosition) continue;
        lastPosition = position;
        gathered.add(operation);
        timer ??= setTimeout(flush, gatherMs);
      }
    } catch (error) {
      if (isStopped || signal.aborted) return;
      tell.onState("reconnecting");
      tell.onRefused(error);
    }
  };

  const leave = onAwake(() => {
    mayHaveGap = true;
    tell.onState("reconnecting");
    connection.abort();
    connection = new AbortController();
    void follow();
  });
  void follow();
  return () => {
    isStopped = true;
    leave();
    clearTimeout(timer);
    connection.abort();
  };
}
