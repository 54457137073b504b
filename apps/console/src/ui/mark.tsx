import { SHELL_SIZE, shellOfFingerprint, shellPath } from "@reef/proofs/shell";
import { memo, type ReactNode } from "react";
import { classes } from "./classes.ts";
import { CopyButton } from "./code.tsx";

const sizes = { small: "size-5", normal: "size-8", large: "size-16" };

interface MarkProps {
  fingerprint: string;
  /** 20, 32 or 64 px. */
  size?: keyof typeof sizes;
  className?: string;
}

/** The shell of an agent, drawn from its fingerprint: same key, same shell. Its name or fingerprint stands beside it. */
export const Mark = memo(
  ({ fingerprint, size = "small", className }: MarkProps): ReactNode => (
    <svg
      viewBox={`0 0 ${SHELL_SIZE} ${SHELL_SIZE}`}
      className={classes("shrink-0", sizes[size], className)}
      aria-hidden
      focusable="false"
    >
      {shellOfFingerprint(fingerprint).shapes.map((shape, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one drawing never change places.
        <path key={index} d={shellPath(shape)} fill={shape.colour} />
      ))}
    </svg>
  ),
);
Mark.displayName = "Mark";

/** The first group of a fingerprint, as people know it; the whole one on hover, or with `isWhole` and a button to copy. */
export const Fingerprint = ({ value, isWhole = false }: { value: string; isWhole?: boolean }): ReactNode =>
  isWhole ? (
    <span className="inline-flex items-center gap-1">
      <code className="font-mono text-13 break-all">{value}</code>
      <CopyButton text={value} label="Copy the fingerprint" />
    </span>
  ) : (
    <code title={value} className="font-mono text-12 text-muted">
      {value.split("-")[0]}
    </code>
  );

/** An agent as it is shown everywhere: its shell, its name, and the first group of its fingerprint. */
export const AgentName = ({ name, fingerprint }: { name: ReactNode; fingerprint: string }): ReactNode => (
  <span className="inline-flex max-w-full min-w-0 items-center gap-2">
    <Mark fingerprint={fingerprint} />
    <span className="min-w-0 truncate">{name}</span>
    <Fingerprint value={fingerprint} />
  </span>
);
