import { ReefError } from "@reef/sdk";
import { useState } from "react";
import { useSubmit } from "./use-submit.ts";

/** What somebody else may change at the same time. */
interface Versioned {
  version: number;
}

/** A save that overwrites nobody unasked. */
export interface GuardedSave<Item extends Versioned> {
  isBusy: boolean;
  problem: unknown;
  /** As somebody else left it, once they were faster; then nothing was saved. */
  theirs: Item | undefined;
  /** Saves on top of what the form began with. */
  save: () => Promise<void>;
  /** Saves over what somebody else did. */
  saveOverTheirs: () => Promise<void>;
  /** Gives up one's own, for what is there now. */
  takeTheirs: () => void;
}

interface GuardedSaveOptions<Item extends Versioned> {
  /** What the form began with. */
  from: Item;
  /** Saves what the form says, on the condition that `version` is still the thing's. */
  save: (version: number) => Promise<unknown>;
  /** The thing as it is now. */
  read: () => Promise<Item>;
  /** The form begins anew with what is there now. */
  onTheirs: (theirs: Item) => void;
}

/** Saves a thing that several people may change, by its version (ETag); for `ChangedMeanwhile`. */
export function useGuardedSave<Item extends Versioned>(options: GuardedSaveOptions<Item>): GuardedSave<Item> {
  const { isBusy, problem, run, clear } = useSubmit();
  const [theirs, setTheirs] = useState<Item>();
  const saveOver = (item: Item) =>
    run(async () => {
      try {
        await options.save(item.version);
        setTheirs(undefined);
      } catch (error) {
        if (!(error instanceof ReefError && error.status === 412)) throw error;
        setTheirs(await options.read());
      }
    });
  return {
    isBusy,
    problem,
    theirs,
    save: () => saveOver(options.from),
    saveOverTheirs: () => saveOver(theirs ?? options.from),
    takeTheirs() {
      if (theirs === undefined) return;
      clear();
      setTheirs(undefined);
      options.onTheirs(theirs);
    },
  };
}
