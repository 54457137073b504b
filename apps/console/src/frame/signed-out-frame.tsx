import { Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Toasts } from "../ui/toast.tsx";
import { Wordmark } from "./wordmark.tsx";

/** The frame of pages for whoever is not signed in: the reef's name, and one narrow column. */
export const SignedOutFrame = (): ReactNode => (
  <div className="flex min-h-dvh flex-col items-center px-4 pt-[12vh] pb-12">
    <main className="flex w-full max-w-sm flex-col gap-6">
      <Wordmark />
      <Outlet />
    </main>
    <Toasts />
  </div>
);
