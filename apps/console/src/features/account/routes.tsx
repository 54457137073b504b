import type { QueryClient } from "@tanstack/react-query";
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { signedInRoute, signedOutRoute } from "../../app/root-routes.tsx";
import { PageSkeleton } from "../../ui/skeleton.tsx";
import { signInOptionsQuery } from "../identity/queries.ts";
import { type AccountTab, accountTabs } from "./account-tabs.ts";
import { sessionQuery } from "./queries.ts";
import { textParams } from "./text-param.ts";

/** How people sign in here is known before such a page is painted, so that nothing on it moves; without an answer too. */
const loader = ({ context: { queryClient } }: { context: { queryClient: QueryClient } }) =>
  queryClient.ensureQueryData(signInOptionsQuery).catch(() => undefined);

/** Pages for whoever is signed out, and those that a mail or a program leads to. */
export const signedOutPages = [
  createRoute({
    getParentRoute: () => signedOutRoute,
    path: "/sign-in",
    validateSearch: (search: Record<string, unknown>): SignInSearch => ({
      ...textParams(search, ["return_to", "error", "done"]),
      ...(search.reason === "unreachable" && { reason: search.reason }),
    }),
    loader,
    component: lazyRouteComponent(() => import("./pages/sign-in-page.tsx"), "SignInPage"),
  }),
  createRoute({
    getParentRoute: () => signedOutRoute,
    path: "/sign-up",
    validateSearch: (search: Record<string, unknown>): { return_to?: string } => textParams(search, ["return_to"]),
    loader,
    component: lazyRouteComponent(() => import("./pages/sign-up-page.tsx"), "SignUpPage"),
  }),
  createRoute({
    getParentRoute: () => signedOutRoute,
    path: "/verify-email",
    validateSearch: (search: Record<string, unknown>): { token?: string } => textParams(search, ["token"]),
    component: lazyRouteComponent(() => import("./pages/verify-email-page.tsx"), "VerifyEmailPage"),
  }),
  createRoute({
    getParentRoute: () => signedOutRoute,
    path: "/forgot-password",
    loader,
    component: lazyRouteComponent(() => import("./pages/forgot-password-page.tsx"), "ForgotPasswordPage"),
  }),
  createRoute({
    getParentRoute: () => signedOutRoute,
    path: "/reset-password",
    validateSearch: (search: Record<string, unknown>): { token?: string } => textParams(search, ["token"]),
    component: lazyRouteComponent(() => import("./pages/reset-password-page.tsx"), "ResetPasswordPage"),
  }),
  createRoute({
    getParentRoute: () => signedOutRoute,
    path: "/setup",
    validateSearch: (search: Record<string, unknown>): { code?: string } => textParams(search, ["code"]),
    loader,
    component: lazyRouteComponent(() => import("./pages/setup-page.tsx"), "SetupPage"),
  }),
  createRoute({
    getParentRoute: () => signedOutRoute,
    path: "/invitation",
    validateSearch: (search: Record<string, unknown>): { id?: string; token?: string } =>
      textParams(search, ["id", "token"]),
    component: lazyRouteComponent(() => import("./pages/invitation-page.tsx"), "InvitationPage"),
  }),
  createRoute({
    getParentRoute: () => signedOutRoute,
    path: "/device",
    validateSearch: (search: Record<string, unknown>): { user_code?: string } => textParams(search, ["user_code"]),
    // Only who is signed in can let a program sign in; whoever is not comes back afterwards.
    beforeLoad: async ({ context: { queryClient }, location }) => {
      const current = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      if (current === null) throw redirect({ to: "/sign-in", search: { return_to: location.href }, replace: true });
    },
    pendingComponent: PageSkeleton,
    component: lazyRouteComponent(() => import("./pages/device-page.tsx"), "DevicePage"),
  }),
] as const;

interface SignInSearch {
  return_to?: string;
  reason?: "unreachable";
  /** What another service's sign-in ended with. */
  error?: string;
  /** What was done before, for example `password-reset`. */
  done?: string;
}

/** The person's own account. */
export const accountPages = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/account",
    validateSearch: (search: Record<string, unknown>): { tab?: AccountTab; error?: string } => {
      const tab = accountTabs.find((known) => known === search.tab);
      return { ...(tab !== undefined && { tab }), ...textParams(search, ["error"]) };
    },
    component: lazyRouteComponent(() => import("./pages/account-page.tsx"), "AccountPage"),
  }),
] as const;
