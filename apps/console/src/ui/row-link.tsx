import { createLink } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";

const look =
  "min-w-0 rounded-sm font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-sm " +
  "focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent";

const RowAnchor = ({ className, children, ...rest }: ComponentProps<"a">): ReactNode => (
  <a {...rest} data-row-link className={classes(look, className)}>
    {children}
  </a>
);

/** The link of a row: the whole row is its target, and `o` opens it. Takes what the router's `Link` takes. */
export const RowLink = createLink(RowAnchor);

const TextAnchor = ({ className, ...rest }: ComponentProps<"a">): ReactNode => (
  <a
    {...rest}
    className={classes(
      "rounded-sm text-accent underline decoration-1 underline-offset-2 decoration-accent/40 hover:decoration-accent",
      className,
    )}
  />
);

/** A link in running text. */
export const TextLink = createLink(TextAnchor);
