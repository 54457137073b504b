import { Slot } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";

/** `primary` once a page at most; `danger` for what cannot be taken back; `quiet` among others. */
export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

const kinds: Readonly<Record<ButtonKind, string>> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover border-transparent",
  secondary: "bg-raised text-ink border-line hover:bg-hover",
  quiet: "bg-transparent text-muted border-transparent hover:bg-hover hover:text-ink",
  danger: "bg-raised text-bad border-line hover:bg-bad-soft",
};

export interface ButtonProps extends ComponentProps<"button"> {
  kind?: ButtonKind;
  size?: "small" | "normal";
  /** Shows that it works and takes no second press. */
  isBusy?: boolean;
  /** Gives the looks to the one child, for example a `Link`. */
  asChild?: boolean;
  children?: ReactNode;
}

/** A button whose words are a verb: "Revoke key". */
export function Button({
  kind = "secondary",
  size = "normal",
  isBusy,
  asChild,
  className,
  ...rest
}: ButtonProps): ReactNode {
  const Element = asChild ? Slot.Root : "button";
  return (
    <Element
      {...(!asChild && { type: "button" as const })}
      {...rest}
      aria-busy={isBusy || undefined}
      disabled={asChild ? undefined : rest.disabled || isBusy}
      className={classes(
        "inline-flex shrink-0 items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap transition-colors",
        "disabled:cursor-not-allowed disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
        size === "small" ? "h-7 px-2 text-13 touch:h-11 touch:px-3" : "h-(--control) px-3 text-14",
        isBusy && "animate-breathe",
        kinds[kind],
        className,
      )}
    />
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "children" | "asChild"> {
  /** What it does, for those who do not see the icon; shown on hover as well. */
  label: string;
  icon: ReactNode;
}

/** A square button with an icon and no words. */
export function IconButton({
  label,
  icon,
  kind = "quiet",
  size = "normal",
  className,
  ...rest
}: IconButtonProps): ReactNode {
  return (
    <Button
      {...rest}
      kind={kind}
      size={size}
      aria-label={label}
      title={label}
      className={classes(size === "small" ? "w-7 touch:w-11" : "w-(--control)", "px-0!", className)}
    >
      {icon}
    </Button>
  );
}
