import { Building2 } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { EmptyState } from "../ui/empty-state.tsx";
import { PageSkeleton } from "../ui/skeleton.tsx";

const Page = lazy(() =>
  import("../features/members/pages/no-organization-page.tsx").then((module) => ({
    default: module.NoOrganizationPage,
  })),
);

/** In place of an organization's pages, where there is none: few see it, so it is no part of the first load. */
export const NoOrganization = (): ReactNode => (
  <Suspense fallback={<PageSkeleton />}>
    <Page />
  </Suspense>
);

/** In place of everything, where the address names an organization that is not the person's, or that does not exist. */
export const NotYours = (): ReactNode => (
  <EmptyState title="There is no such organization" icon={<Building2 />}>
    The address names one that does not exist, or that you do not belong to. Check the address, or ask its owner for an
    invitation.
  </EmptyState>
);
