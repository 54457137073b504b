import { shellOfFingerprint, shellText } from "@reef/proofs/shell";
import type { Style } from "./style.ts";
import { oneLine, pad } from "./text.ts";

/** Whoever stands behind something: an agent, or a person, who has no key and so no fingerprint. */
export interface Somebody {
  name: string;
  fingerprint?: string | null | undefined;
}

/** The columns that a mark takes within a line. */
export const MARK_WIDTH = 4;
/** The columns of a whole shell; it is half as many lines high. */
const CARD_WIDTH = 12;

/**
 * The shell by which people know an agent, as small as it goes: the console's drawing, in one line. It is the same wherever
 * the same key stands, and it proves nothing, so the first group of the fingerprint stands beside it.
 */
export const markOf = (fingerprint: string, { isColoured }: Style): string =>
  shellText(shellOfFingerprint(fingerprint), { columns: MARK_WIDTH, lines: 1, isColoured }).join("");

/** Name and first group of the fingerprint: `ada 21FE`. */
export const nameOf = ({ name, fingerprint }: Somebody): string =>
  fingerprint ? `${oneLine(name)} ${fingerprint.slice(0, 4)}` : oneLine(name);

/** Mark, name and the first group of the fingerprint: `▄▒▒▄ ada 21FE`. A person's name stands alone. */
export function signature({ name, fingerprint }: Somebody, style: Style): string {
  if (!fingerprint) return oneLine(name);
  return `${markOf(fingerprint, style)} ${oneLine(name)} ${style.dim(fingerprint.slice(0, 4))}`;
}

/** What is told of one agent: for a person who looks at it, beside its shell as the console draws it. */
export function agentCard(
  agent: { name: string; fingerprint: string },
  lines: readonly string[],
  { isTerminal, style }: { isTerminal: boolean; style: Style },
): string {
  if (!isTerminal) return [signature(agent, style), ...lines].join("\n");
  const shell = shellText(shellOfFingerprint(agent.fingerprint), {
    columns: CARD_WIDTH,
    isColoured: style.isColoured,
  });
  const told = [style.bold(oneLine(agent.name)), ...lines];
  const height = Math.max(shell.length, told.length);
  return Array.from({ length: height }, (_, row) =>
    `${pad(shell[row] ?? "", CARD_WIDTH)}  ${told[row] ?? ""}`.trimEnd(),
  ).join("\n");
}
