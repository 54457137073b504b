import { useState } from "react";

/** A thing that is being deleted: what shows it must not ask for it any more, as the news of its end may come first. */
export interface Removal {
  isGone: boolean;
  /** Deletes it; where that fails it is there as before. */
  remove: (work: () => Promise<unknown>) => Promise<void>;
}

/** For the panel of something that may be deleted in it. */
export function useRemoval(): Removal {
  const [isGone, setGone] = useState(false);
  return {
    isGone,
    async remove(work) {
      setGone(true);
      try {
        await work();
      } catch (error) {
        setGone(false);
        throw error;
      }
    },
  };
}
