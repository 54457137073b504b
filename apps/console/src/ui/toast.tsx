import { CircleCheck, TriangleAlert, X } from "lucide-react";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";
import { IconButton } from "./button.tsx";
import { describeProblem } from "./describe-problem.ts";

interface Toast {
  id: number;
  tone: "good" | "bad";
  text: string;
  /** A way back, for example "Undo". */
  action?: { label: string; run: () => void } | undefined;
}

const LIFE_MS = 6_000;
const MOST = 3;
const listeners = new Set<() => void>();
let shown: readonly Toast[] = [];
let count = 0;

function change(next: readonly Toast[]): void {
  shown = next;
  for (const tell of listeners) tell();
}

function show(toast: Omit<Toast, "id">): void {
  count += 1;
  change([...shown.slice(1 - MOST), { ...toast, id: count }]);
}

const close = (id: number): void => change(shown.filter((toast) => toast.id !== id));

/** Says that something was done: "Key revoked." It is read out, and goes by itself. */
export const toast = (text: string, action?: Toast["action"]): void => show({ tone: "good", text, action });

/** Says that something failed, where no place on the page can say it. */
export const toastProblem = (error: unknown): void => {
  const { title, detail } = describeProblem(error);
  show({ tone: "bad", text: `${title}. ${detail}` });
};

/** Where the toasts appear; stands once, in the frame. */
export function Toasts(): ReactNode {
  const toasts = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => shown,
  );
  return (
    <section
      aria-label="Notices"
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-[calc(var(--bottombar)+1rem)] left-4 z-60 flex flex-col items-end gap-2"
    >
      {toasts.map((each) => (
        <ToastView key={each.id} toast={each} />
      ))}
    </section>
  );
}

function ToastView({ toast: { id, tone, text, action } }: { toast: Toast }): ReactNode {
  useEffect(() => {
    // A problem stays until it was read and closed.
    if (tone === "bad") return;
    const timer = setTimeout(() => close(id), LIFE_MS);
    return () => clearTimeout(timer);
  }, [id, tone]);
  return (
    <div className="pointer-events-auto flex w-96 max-w-full animate-rise items-start gap-2 rounded-lg border bg-raised py-2 pr-1 pl-3 shadow-float">
      {tone === "good" ? (
        <CircleCheck aria-hidden className="mt-1 size-4 shrink-0 text-good" />
      ) : (
        <TriangleAlert aria-hidden className="mt-1 size-4 shrink-0 text-bad" />
      )}
      <p className="min-w-0 grow py-0.5">{text}</p>
      {action && (
        <button
          type="button"
          className="rounded-sm px-2 py-0.5 font-medium text-accent"
          onClick={() => {
            action.run();
            close(id);
          }}
        >
          {action.label}
        </button>
      )}
      <IconButton size="small" label="Close the notice" icon={<X />} onClick={() => close(id)} />
    </div>
  );
}
