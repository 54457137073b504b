import type { ReactNode } from "react";
import { classes } from "./classes.ts";

/** The states that anything can be in. Each has a shape, a word and a colour, in this order of weight. */
export type State = "online" | "busy" | "waiting" | "degraded" | "paused" | "offline" | "failed" | "done";

const looks: Readonly<Record<State, { colour: string; shape: ReactNode }>> = {
  online: { colour: "text-good", shape: <circle cx="6" cy="6" r="4" fill="currentColor" /> },
  busy: {
    colour: "text-busy",
    shape: (
      <path
        d="M6 1.500a4.5 4.5 0 1 1-4.5 4.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
      />
    ),
  },
  waiting: { colour: "text-signal", shape: <path d="M6 1.2 10.8 6 6 10.8 1.2 6Z" fill="currentColor" /> },
  degraded: { colour: "text-warn", shape: <path d="M6 1.5 11 10.200H1Z" fill="currentColor" /> },
  paused: {
    colour: "text-muted",
    shape: <path d="M3.5 2v8M8.5 2v8" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />,
  },
  offline: {
    colour: "text-muted",
    shape: <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  },
  failed: {
    colour: "text-bad",
    shape: <path d="M2.5 2.500l7 7M9.5 2.500l-7 7" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  },
  done: {
    colour: "text-good",
    shape: (
      <path
        d="M1.8 6.5 4.8 9.5 10.2 3"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    ),
  },
};

/** A state by shape, word and colour. `children` is the word, where it is another one than the state's own. */
export const Status = ({ state, children }: { state: State; children?: ReactNode }): ReactNode => (
  <span className={classes("inline-flex items-center gap-1.5 text-13 whitespace-nowrap", looks[state].colour)}>
    <svg viewBox="0 0 12 12" className="size-2.5 shrink-0" aria-hidden>
      {looks[state].shape}
    </svg>
    {children ?? state[0]?.toUpperCase() + state.slice(1)}
  </span>
);

/** `signal` is only for what needs a person now. */
export type BadgeTone = "plain" | "accent" | "good" | "busy" | "warn" | "bad" | "signal";

const tones: Readonly<Record<BadgeTone, string>> = {
  plain: "bg-sunken text-muted",
  accent: "bg-accent-soft text-accent",
  good: "bg-good-soft text-good",
  busy: "bg-busy-soft text-busy",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  signal: "bg-signal-soft text-signal",
};

/** A word that belongs to a thing: a tag, a role, a type. */
export const Badge = ({
  tone = "plain",
  icon,
  children,
}: {
  tone?: BadgeTone;
  icon?: ReactNode;
  children: ReactNode;
}): ReactNode => (
  <span
    className={classes(
      "inline-flex h-5 max-w-48 items-center gap-1 rounded-sm px-1.5 text-12 whitespace-nowrap [&_svg]:size-3 [&_svg]:shrink-0",
      tones[tone],
    )}
  >
    {icon}
    <span className="truncate">{children}</span>
  </span>
);
