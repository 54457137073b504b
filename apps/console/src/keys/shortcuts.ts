import { useEffect, useRef, useSyncExternalStore } from "react";

/** What a key does. */
export interface Shortcut {
  /** The key as `KeyboardEvent.key` says it, without modifiers: `j`, `/`, `?`. With `mod+` for ⌘ or Ctrl: `mod+k`. */
  keys: string;
  /** What it does, for the list that `?` shows. */
  label: string;
  /** Where it stands in that list. */
  group: "Everywhere" | "Lists" | "This page";
  run: (event: KeyboardEvent) => void;
}

const listeners = new Set<() => void>();
let shortcuts: readonly Shortcut[] = [];

function change(next: readonly Shortcut[]): void {
  shortcuts = next;
  for (const tell of listeners) tell();
}

/** Makes keys do something as long as the component is there; of several with one key, the latest wins. */
export function useShortcuts(given: readonly Shortcut[], isEnabled = true): void {
  const latest = useRef(given);
  useEffect(() => {
    latest.current = given;
  });
  const names = given.map(({ keys, label, group }) => `${keys}\n${label}\n${group}`).join("\t");
  useEffect(() => {
    if (!isEnabled) return;
    const own = names.split("\t").map((name, index): Shortcut => {
      const [keys = "", label = "", group = ""] = name.split("\n");
      return { keys, label, group: group as Shortcut["group"], run: (event) => latest.current[index]?.run(event) };
    });
    change([...shortcuts, ...own]);
    return () => change(shortcuts.filter((shortcut) => !own.includes(shortcut)));
  }, [names, isEnabled]);
}

/** What keys do at the moment. */
export const useAllShortcuts = (): readonly Shortcut[] =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => shortcuts,
  );

/** Whether a key that is pressed there writes text, or belongs to an open dialog or menu. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"][data-state="open"], [role="alertdialog"], [role="menu"]')) return true;
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** The listener of the whole page; stands once, in the frame. */
export function listenToKeys(): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const hasModifier = event.metaKey || event.ctrlKey;
    const keys = hasModifier ? `mod+${event.key.toLowerCase()}` : event.key;
    const shortcut = shortcuts.findLast((each) => each.keys === keys);
    if (shortcut === undefined || (!hasModifier && isTaken(event.target))) return;
    event.preventDefault();
    shortcut.run(event);
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}
