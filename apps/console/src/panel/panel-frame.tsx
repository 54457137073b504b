import { X } from "lucide-react";
import { createContext, type ReactNode, use, useEffect, useRef } from "react";
import { IconButton } from "../ui/button.tsx";
import { usePanels } from "./use-panels.ts";

/** How many panels lie below: 0 for the page's own content. */
export const PanelLevel = createContext(0);

interface PanelFrameProps {
  title: string;
  /** Before the title, for example the mark of an agent. */
  mark?: ReactNode;
  /** Under the title. */
  description?: ReactNode;
  /** Buttons, at the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of every panel: its heading, which gets the focus, and the button that closes it. */
export function PanelFrame({ title, mark, description, actions, children }: PanelFrameProps): ReactNode {
  const level = use(PanelLevel);
  const { close } = usePanels();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <section aria-label={title} className="flex min-h-full flex-col">
      <header className="sticky top-0 z-10 flex items-start gap-3 border-b bg-raised px-4 py-3 sm:px-5">
        {mark}
        <div className="flex min-w-0 grow flex-col">
          <h2 ref={heading} tabIndex={-1} className="text-16 font-semibold wrap-anywhere outline-none">
            {title}
          </h2>
          {description !== undefined && <div className="text-13 text-muted">{description}</div>}
        </div>
        <div className="-mr-2 flex items-center gap-1">
          {actions}
          <IconButton size="small" label="Close the panel" icon={<X />} onClick={() => close(level - 1)} />
        </div>
      </header>
      <div className="flex grow flex-col gap-5 px-4 py-4 pb-12 sm:px-5">{children}</div>
    </section>
  );
}
