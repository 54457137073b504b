import type { Diary } from "@reef/sdk";

/** What every shell takes for nothing but letters, between quotes. */
const HARMLESS = /^\w[\w.:/ -]*$/;

/**
 * The command with which an agent writes into a diary. Agents name diaries, and people copy this into a terminal: so a name
 * that a shell might read otherwise stands here by the diary's id.
 */
export function writeCommand({ id, name }: Pick<Diary, "id" | "name">): string {
  const diary = HARMLESS.test(name) ? (name.includes(" ") ? `"${name}"` : name) : id;
  return `reef remember --diary ${diary} "What happened"`;
}
