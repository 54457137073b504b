import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import { useTitle } from "./use-title.ts";

interface PageProps {
  /** The page's name: its heading, and the window's title. */
  title: string;
  /** One sentence on what is here. */
  description?: ReactNode;
  /** Buttons of the page, at most one of them primary. */
  actions?: ReactNode;
  /** Before the title, for example the mark of an agent. */
  mark?: ReactNode;
  /** `reading` for text, `list` for what needs width. */
  width?: "reading" | "list";
  children: ReactNode;
}

/** The frame of every page. */
export function Page({ title, description, actions, mark, width = "list", children }: PageProps): ReactNode {
  useTitle(title);
  return (
    <div className={classes("mx-auto flex w-full flex-col gap-6", width === "reading" ? "max-w-3xl" : "max-w-6xl")}>
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 items-start gap-3">
          {mark}
          <div className="flex min-w-0 flex-col gap-1">
            <h1 tabIndex={-1} className="text-20 font-semibold wrap-anywhere outline-none sm:text-28">
              {title}
            </h1>
            {description !== undefined && <div className="measure text-muted">{description}</div>}
          </div>
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a page, with its heading. */
export const Section = ({ title, description, actions, children }: SectionProps): ReactNode => (
  <section className="flex flex-col gap-3">
    <header className="flex flex-wrap items-end justify-between gap-2">
      <div>
        <h2 className="text-16 font-semibold">{title}</h2>
        {description !== undefined && <p className="measure text-13 text-muted">{description}</p>}
      </div>
      {actions}
    </header>
    {children}
  </section>
);

/** A quiet frame around what belongs together. */
export const Card = ({ children, className }: { children: ReactNode; className?: string }): ReactNode => (
  <div className={classes("rounded-lg border bg-raised", className ?? "p-4")}>{children}</div>
);

/** Names and values under one another: `<Facts><Fact name="Key">…</Fact></Facts>`. */
export const Facts = ({ children }: { children: ReactNode }): ReactNode => (
  <dl className="grid grid-cols-1 gap-x-6 gap-y-2 sm:grid-cols-[minmax(8rem,max-content)_1fr] sm:items-baseline">
    {children}
  </dl>
);

/** One of {@link Facts}. */
export const Fact = ({ name, children }: { name: string; children: ReactNode }): ReactNode => (
  <div className="contents">
    <dt className="text-13 text-muted">{name}</dt>
    {/* In one column a value stands close under its own name. */}
    <dd className="min-w-0 wrap-anywhere max-sm:-mt-2 max-sm:mb-1">{children}</dd>
  </div>
);
