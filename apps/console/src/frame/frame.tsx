import { useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { CommandPalette } from "../commands/command-palette.tsx";
import { ShortcutList } from "../keys/shortcut-list.tsx";
import { listenToKeys } from "../keys/shortcuts.ts";
import { useLive } from "../live/live.ts";
import { PanelHost } from "../panel/panel-host.tsx";
import { useAccount } from "../session/account.ts";
import { useSessionRenewal } from "../session/use-session-renewal.ts";
import { Toasts } from "../ui/toast.tsx";
import { FocusOnArrival } from "./focus-on-arrival.tsx";
import { Rail } from "./rail.tsx";
import { TopLine } from "./top-line.tsx";
import { useLeave } from "./use-leave.ts";

/** The frame around all pages of who is signed in. */
export function Frame(): ReactNode {
  const { organization } = useAccount();
  const { leave } = useLeave();
  useEffect(listenToKeys, []);
  useSessionRenewal();
  useLive(useQueryClient(), organization?.organizationId, leave);
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="fixed top-2 left-2 z-60 -translate-y-20 rounded-md bg-accent px-3 py-2 text-on-accent focus:translate-y-0"
      >
        Skip to the page
      </a>
      <TopLine />
      <div className="flex grow">
        <Rail />
        <main
          id="main"
          tabIndex={-1}
          className="min-w-0 grow px-4 pt-6 pb-[calc(var(--bottombar)+3rem)] outline-none sm:px-6 lg:px-10"
        >
          <Outlet />
        </main>
        <PanelHost />
      </div>
      <FocusOnArrival />
      <CommandPalette />
      <ShortcutList />
      <Toasts />
    </div>
  );
}
