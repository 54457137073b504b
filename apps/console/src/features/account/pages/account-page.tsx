import type { ReactNode } from "react";
import { Page } from "../../../ui/page.tsx";

/** The person's own account. */
export const AccountPage = (): ReactNode => <Page title="Your account">…</Page>;
