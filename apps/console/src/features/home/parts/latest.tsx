import type { Activity } from "@reef/sdk";
import type { ReactNode } from "react";
import { Actor } from "../../../activity/actor.tsx";
import { Deed } from "../../../activity/deed.tsx";
import { Card } from "../../../ui/page.tsx";
import { Time } from "../../../ui/time.tsx";
import { useHeldItems } from "../../../ui/use-held-items.ts";

const SHOWN = 8;

/** What was done last, as it is done; it holds still under the pointer. */
export function Latest({ activities }: { activities: readonly Activity[] }): ReactNode {
  const { items, isNew, holdProps } = useHeldItems(activities.slice(0, SHOWN), keyOf);
  return (
    <Card className="overflow-clip p-0">
      <ol {...holdProps} className="flex flex-col divide-y">
        {items.slice(0, SHOWN).map((activity) => (
          <li
            key={activity.position}
            className={`relative flex flex-col gap-0.5 px-4 py-2 transition-colors hover:bg-hover${
              isNew(keyOf(activity)) ? " animate-appear" : ""
            }`}
          >
            <span className="flex min-w-0 items-center justify-between gap-3">
              <Actor actor={activity.actor} />
              <span className="text-12 text-muted">
                <Time value={activity.at} />
              </span>
            </span>
            <span className="flex min-w-0 pl-7 text-13">
              <Deed operation={activity.operation} subject={activity.subject} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

const keyOf = ({ position }: Activity): string => String(position);
