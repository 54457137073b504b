import { type FormEvent, useState } from "react";

/** A form on its way: whether it works, and what went wrong the last time. */
export interface Submit {
  isBusy: boolean;
  problem: unknown;
  /** For `onSubmit`; the values are those of the form's named fields. */
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  /** Does the work beside a form. */
  run: (work: () => Promise<unknown>) => Promise<void>;
  /** Forgets what went wrong. */
  clear: () => void;
}

/** Runs what a form does, once at a time. What is thrown is kept, to be shown where the form is. */
export function useSubmit(work?: (values: Record<string, string>) => Promise<unknown>): Submit {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const run = async (act: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await act();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return {
    isBusy,
    problem,
    run,
    clear: () => setProblem(undefined),
    onSubmit(event) {
      event.preventDefault();
      if (isBusy || work === undefined) return;
      const values: Record<string, string> = {};
      for (const [name, value] of new FormData(event.currentTarget))
        if (typeof value === "string") values[name] = value;
      void run(() => work(values));
    },
  };
}
