import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { useAccount } from "../session/account.ts";
import { classes } from "../ui/classes.ts";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { type Place, places } from "./navigation.ts";

const IN_BAR = 4;

/** The names of the places, always readable: a rail at the side, a bar at the bottom of a telephone. */
export function Rail(): ReactNode {
  const account = useAccount();
  const own = places.filter(({ isFor }) => isFor?.(account) ?? true);
  return (
    <>
      <nav
        aria-label="Places"
        className="sticky top-(--topline) hidden h-[calc(100dvh-var(--topline))] shrink-0 flex-col gap-0.5 overflow-y-auto border-r p-2 sm:flex sm:w-21 lg:w-46 lg:p-3"
      >
        {own.map((place) => (
          <RailLink key={place.to} place={place} />
        ))}
      </nav>
      <nav
        aria-label="Places"
        className="fixed inset-x-0 bottom-0 z-20 grid h-(--bottombar) grid-cols-5 border-t bg-raised pb-[env(safe-area-inset-bottom)] sm:hidden"
      >
        {own.slice(0, IN_BAR).map((place) => (
          <BarLink key={place.to} place={place} />
        ))}
        <Menu
          align="end"
          trigger={
            <button type="button" className={barItem}>
              <Ellipsis aria-hidden className="size-5" />
              More
            </button>
          }
        >
          {own.slice(IN_BAR).map(({ name, to, icon: Icon }) => (
            <MenuItem key={to} asChild>
              <Link to={to}>
                <Icon aria-hidden />
                {name}
              </Link>
            </MenuItem>
          ))}
        </Menu>
      </nav>
    </>
  );
}

const RailLink = ({ place: { name, to, icon: Icon } }: { place: Place }): ReactNode => (
  <Link
    to={to}
    activeOptions={{ exact: to === "/", includeSearch: false }}
    className={classes(
      "flex shrink-0 flex-col items-center gap-0.5 rounded-md px-1 py-1.5 text-12 text-muted transition-colors hover:bg-hover hover:text-ink",
      "lg:h-(--row) lg:flex-row lg:gap-2.5 lg:px-2.5 lg:py-0 lg:text-14",
      "data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-accent",
    )}
  >
    <Icon aria-hidden className="size-4.5 shrink-0 lg:size-4" />
    {name}
  </Link>
);

const barItem =
  "flex h-14 flex-col items-center justify-center gap-0.5 text-12 text-muted -outline-offset-4 data-[status=active]:text-accent";

const BarLink = ({ place: { name, to, icon: Icon } }: { place: Place }): ReactNode => (
  <Link to={to} activeOptions={{ exact: to === "/", includeSearch: false }} className={barItem}>
    <Icon aria-hidden className="size-5" />
    {name}
  </Link>
);
