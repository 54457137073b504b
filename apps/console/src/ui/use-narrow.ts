import { useSyncExternalStore } from "react";

const narrow = window.matchMedia("(width < 40rem)");

/** Whether the window is as narrow as a telephone: below 640 px, where tables have room for little more than one column. */
export const useIsNarrow = (): boolean =>
  useSyncExternalStore(
    (tell) => {
      narrow.addEventListener("change", tell);
      return () => narrow.removeEventListener("change", tell);
    },
    () => narrow.matches,
  );
