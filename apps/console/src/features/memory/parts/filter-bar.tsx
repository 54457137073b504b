import { ListFilter } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";

interface FilterBarProps {
  /** How many of them narrow the list at the moment. */
  count: number;
  children: ReactNode;
}

/** Controls that narrow a list, in a row; where there is little room they stand behind a button. */
export function FilterBar({ count, children }: FilterBarProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="flex flex-col gap-2">
      <Button className="self-start sm:hidden" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <ListFilter aria-hidden />
        Filters
        {count > 0 && <span className="text-muted">{count} set</span>}
      </Button>
      <div className={classes("flex flex-wrap items-center gap-2", !isOpen && "max-sm:hidden")}>{children}</div>
    </div>
  );
}
