import { CircleAlert, CircleCheck, Info, OctagonX } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "../../../ui/classes.ts";

type Tone = "plain" | "good" | "warn" | "bad";

const looks: Readonly<Record<Tone, { ground: string; mark: string; icon: ReactNode }>> = {
  plain: { ground: "bg-raised", mark: "text-muted", icon: <Info aria-hidden /> },
  good: { ground: "bg-good-soft", mark: "text-good", icon: <CircleCheck aria-hidden /> },
  warn: { ground: "bg-warn-soft", mark: "text-warn", icon: <CircleAlert aria-hidden /> },
  bad: { ground: "bg-bad-soft", mark: "text-bad", icon: <OctagonX aria-hidden /> },
};

interface BannerProps {
  tone: Tone;
  /** What is the case, in a few words. */
  title: string;
  /** What it means, and what to do. */
  children?: ReactNode;
  /** The button that does it. */
  action?: ReactNode;
}

/** Something that one must know before the rest of the page. */
export const Banner = ({ tone, title, children, action }: BannerProps): ReactNode => (
  <section
    aria-label={title}
    className={classes("flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border p-4", looks[tone].ground)}
  >
    <div className="flex min-w-0 flex-[1_1_16rem] items-start gap-3">
      <span className={classes("mt-0.5 [&_svg]:size-4", looks[tone].mark)}>{looks[tone].icon}</span>
      <div className="flex min-w-0 flex-col gap-0.5">
        <p className="font-medium">{title}</p>
        {children !== undefined && <div className="measure text-13 text-muted">{children}</div>}
      </div>
    </div>
    {action}
  </section>
);
