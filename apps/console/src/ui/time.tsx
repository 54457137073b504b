import { type ReactNode, useSyncExternalStore } from "react";
import { relativeTime } from "./relative-time.ts";

const TICK_MS = 15_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for the whole page, so that a thousand times cost one timer. */
function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(tell);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = Date.now();
  for (const tell of listeners) tell();
}

/** The time of the moment in milliseconds, renewed every 15 seconds. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** A time as one says it ("3 minutes ago"), and the exact one on hover. `value` is ISO-8601. */
export function Time({ value }: { value: string }): ReactNode {
  const current = useNow();
  const date = new Date(value);
  return (
    <time dateTime={value} title={exact.format(date)} className="whitespace-nowrap">
      {relativeTime(date.getTime(), Math.max(current, now))}
    </time>
  );
}

/** A time to the second, for records. `value` is ISO-8601. */
export const ExactTime = ({ value }: { value: string }): ReactNode => (
  <time dateTime={value} title={exact.format(new Date(value))} className="font-mono text-12 whitespace-nowrap">
    {value.replace("T", " ").replace(/(\.\d+)?Z$/, "")}
  </time>
);
