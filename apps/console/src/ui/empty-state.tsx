import type { ReactNode } from "react";
import { Command } from "./code.tsx";

interface EmptyStateProps {
  /** What is not here, in a few words: "No agents yet". */
  title: string;
  /** Why one would want it. */
  children?: ReactNode;
  /** The command that is the next step, ready to be copied. */
  command?: string;
  /** Or the button that does it. */
  action?: ReactNode;
  icon?: ReactNode;
  /** It is the whole page, so its title is the page's heading. */
  isPage?: boolean;
}

/** Where nothing is yet: says the next step, with the command or the button that does it. */
export const EmptyState = ({ title, children, command, action, icon, isPage = false }: EmptyStateProps): ReactNode => (
  <div className="flex flex-col items-center gap-2 px-4 py-14 text-center">
    {icon !== undefined && <div className="mb-1 text-faint [&_svg]:size-6">{icon}</div>}
    {isPage ? <h1 className="text-16 font-medium">{title}</h1> : <p className="text-16 font-medium">{title}</p>}
    {children !== undefined && <div className="max-w-[52ch] text-muted">{children}</div>}
    {(command ?? action) !== undefined && (
      <div className="mt-3 flex max-w-full flex-col items-center gap-3">
        {command !== undefined && <Command>{command}</Command>}
        {action}
      </div>
    )}
  </div>
);
