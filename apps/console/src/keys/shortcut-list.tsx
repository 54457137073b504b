import { type ReactNode, useState } from "react";
import { Dialog } from "../ui/dialog.tsx";
import { type Shortcut, useAllShortcuts, useShortcuts } from "./shortcuts.ts";

const isApple = /Mac|iP(hone|ad)/.test(navigator.userAgent);
const groups: readonly Shortcut["group"][] = ["Everywhere", "Lists", "This page"];

/** A key as it is printed on the keyboard. */
export const Key = ({ keys }: { keys: string }): ReactNode => (
  <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border bg-sunken px-1 font-mono text-12 text-muted">
    {keys.startsWith("mod+")
      ? `${isApple ? "⌘" : "Ctrl "}${keys.slice(4).toUpperCase()}`
      : keys.replace("Escape", "Esc")}
  </kbd>
);

/** What keys do here, shown by `?`. */
export function ShortcutList(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const shortcuts = useAllShortcuts();
  useShortcuts([{ keys: "?", label: "Show what keys do", group: "Everywhere", run: () => setOpen(true) }]);
  return (
    <Dialog title="Keys" isOpen={isOpen} onOpenChange={setOpen}>
      {groups.map((group) => {
        const own = new Map(shortcuts.filter((each) => each.group === group).map((each) => [each.keys, each]));
        return (
          own.size > 0 && (
            <section key={group}>
              <h3 className="mb-1 text-13 font-medium text-muted">{group}</h3>
              <dl>
                {Array.from(own.values(), ({ keys, label }) => (
                  <div key={keys} className="flex h-8 items-center justify-between gap-4">
                    <dt>{label}</dt>
                    <dd>
                      <Key keys={keys} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )
        );
      })}
    </Dialog>
  );
}
