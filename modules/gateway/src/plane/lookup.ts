/** Looks things up together: what is asked for while one reading is under way is read by the next one, in one query. */
export interface Lookup {
  /** Resolves when what has this name was read; several who ask for one name at once share it. @throws what `unavailable` makes */
  read(name: string): Promise<void>;
  /** Resolves when the reading that is under way now, if any, has ended. */
  settled(): Promise<void>;
}

export interface LookupOptions {
  /** Reads what has these names. What it answers keeps it, and is not called where the reading came too late. */
  load(names: readonly string[]): Promise<() => void>;
  unavailable(cause?: unknown): Error;
}

/** How many names one reading takes, and how many may wait: with more, somebody guesses, and the others are to wait less. */
const AT_ONCE = 500;
const WAITING = 5_000;
const TIMEOUT_MS = 5_000;

/** One reading at a time, so that who asks for many names keeps the database no busier than anybody else. */
export function createLookup({ load, unavailable }: LookupOptions): Lookup {
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  const queue: string[] = [];
  let isReading = false;
  let current: Promise<void> = Promise.resolve();

  async function readOn(): Promise<void> {
    isReading = true;
    while (queue.length > 0) {
      current = readSome(queue.splice(0, AT_ONCE));
      await current;
    }
    isReading = false;
  }

  /** It never rejects: those who wait are told. */
  async function readSome(names: readonly string[]): Promise<void> {
    let failure: Error | undefined;
    try {
      const keep = await withTimeout(load(names));
      keep();
    } catch (error) {
      failure = unavailable(error);
    }
    for (const name of names) {
      const asked = waiting.get(name);
      waiting.delete(name);
      if (failure === undefined) asked?.resolve();
      else asked?.reject(failure);
    }
  }

  return {
    read(name) {
      const known = waiting.get(name);
      if (known !== undefined) return known.promise;
      if (waiting.size >= WAITING) return Promise.reject(unavailable());
      const asked = Promise.withResolvers<void>();
      waiting.set(name, asked);
      queue.push(name);
      if (!isReading) void readOn();
      return asked.promise;
    },
    settled: () => current,
  };
}

async function withTimeout<Result>(work: Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("The database did not answer in time.")), TIMEOUT_MS);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    // What comes too late is heard by nobody.
    work.catch(() => {});
  }
}
