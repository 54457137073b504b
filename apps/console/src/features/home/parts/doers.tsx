import { CircleUserRound } from "lucide-react";
import type { ReactNode } from "react";
import { describeCount } from "../../../activity/count-operations.ts";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { Fingerprint, Mark } from "../../../ui/mark.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import type { Deeds } from "../day.ts";

const columns: readonly Column<Deeds>[] = [
  { name: "Who", width: "minmax(0, 1fr)", cell: (deeds) => <Doer deeds={deeds} /> },
  { name: "Done", width: "4rem", hideBelow: "sm", align: "end", cell: ({ total }) => total },
  { name: "Last", width: "7rem", align: "end", cell: ({ lastAt }) => <Time value={lastAt} /> },
];

/** Who did what in the last 24 hours: agents by their shells, then people. */
export const Doers = ({ doers }: { doers: readonly Deeds[] }): ReactNode => (
  <Table label="Who did what" pages={{ items: doers }} keyOf={({ id }) => id} columns={columns} isTall empty={null} />
);

const Doer = ({ deeds: { actor, kinds } }: { deeds: Deeds }): ReactNode => {
  const said = kinds.map(describeCount).join(", ");
  return (
    <>
      {"personId" in actor ? (
        <CircleUserRound className="size-8 shrink-0 stroke-[1.25] text-muted" aria-label="Person" />
      ) : (
        <Mark fingerprint={actor.fingerprint} size="normal" />
      )}
      <span className="flex min-w-0 flex-col">
        <span className="flex min-w-0 items-baseline gap-2">
          {"personId" in actor ? (
            <span className="truncate font-medium">{actor.name}</span>
          ) : (
            <>
              <PanelLink as="row" kind="agent" id={actor.fingerprint} className="truncate">
                {actor.name}
              </PanelLink>
              <Fingerprint value={actor.fingerprint} />
            </>
          )}
        </span>
        <span title={said} className="truncate text-13 text-muted">
          {said}
        </span>
      </span>
    </>
  );
};
