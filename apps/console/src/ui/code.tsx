import { Check, Copy } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { IconButton } from "./button.tsx";

/** Copies a text; shows for two seconds that it did. */
export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }): ReactNode {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState("copied"),
      () => setState("failed"),
    );
  const words = { idle: label, copied: "Copied", failed: "Select and copy it by hand" };
  return (
    <>
      <IconButton
        size="small"
        label={words[state]}
        icon={state === "copied" ? <Check className="text-good" /> : <Copy />}
        onClick={() => void copy()}
      />
      <span role="status" className="sr-only">
        {state === "idle" ? "" : words[state]}
      </span>
    </>
  );
}

/** A command for a terminal, on one line, with a button that copies it. */
export const Command = ({ children }: { children: string }): ReactNode => (
  <div className="flex max-w-full min-w-0 items-center gap-1 rounded-md border bg-sunken py-0.5 pr-0.5 pl-3">
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
    <code tabIndex={0} className="min-w-0 overflow-x-auto py-1 font-mono text-13 whitespace-nowrap">
      {children}
    </code>
    <CopyButton text={children} label="Copy the command" />
  </div>
);

/** Code or text to copy, over several lines. `label` says what it is: "Settings of your client". */
export const CodeBlock = ({ children, label }: { children: string; label: string }): ReactNode => (
  <figure className="overflow-hidden rounded-md border bg-sunken">
    <figcaption className="flex items-center justify-between border-b py-0.5 pr-0.5 pl-3 text-13 text-muted">
      {label}
      <CopyButton text={children} label={`Copy: ${label}`} />
    </figcaption>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
    <pre tabIndex={0} className="max-h-96 overflow-auto p-3 font-mono text-13 -outline-offset-2">
      {children}
    </pre>
  </figure>
);
