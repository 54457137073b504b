import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import type { ReactNode } from "react";
import { openCommandPalette } from "../commands/open-state.ts";
import { Key } from "../keys/shortcut-list.tsx";
import { useLiveState } from "../live/live.ts";
import { useAccount } from "../session/account.ts";
import { Status } from "../ui/status.tsx";
import { OrganizationMenu } from "./organization-menu.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { Wordmark } from "./wordmark.tsx";

/** The line above everything: organization, search, state of the live updates, person. */
export function TopLine(): ReactNode {
  const { organization } = useAccount();
  return (
    <header className="sticky top-0 z-20 flex h-(--topline) items-center gap-2 border-b bg-paper px-3 sm:gap-3 sm:px-4">
      <Link to="/" aria-label="Reef, to the start" className="flex items-center rounded-md touch:h-11">
        <Wordmark isShort />
      </Link>
      <OrganizationMenu />
      <button
        type="button"
        onClick={openCommandPalette}
        className="ml-auto flex h-8 items-center gap-2 rounded-md px-2.5 text-13 text-muted transition-colors hover:bg-hover hover:text-ink touch:h-11 touch:px-3.5 md:absolute md:left-1/2 md:ml-0 md:w-72 md:-translate-x-1/2 md:border md:bg-raised"
      >
        <Search aria-hidden className="size-4" />
        <span className="max-md:sr-only">Search or do something</span>
        <span className="ml-auto max-md:hidden" aria-hidden>
          <Key keys="mod+k" />
        </span>
      </button>
      <div className="flex items-center gap-3 md:ml-auto">
        {organization !== null && <Live />}
        <PersonMenu />
      </div>
    </header>
  );
}

function Live(): ReactNode {
  const state = useLiveState();
  return (
    <span
      role="status"
      title={
        state === "live"
          ? "What you see is renewed by itself."
          : "The connection is lost; what was missed is fetched when it is back."
      }
      className="max-sm:sr-only"
    >
      {state === "live" ? <Status state="online">Live</Status> : <Status state="busy">Reconnecting</Status>}
    </span>
  );
}
