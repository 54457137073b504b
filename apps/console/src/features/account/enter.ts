import { safeReturnTo } from "../../session/return-to.ts";

/**
 * Goes to the page that somebody wanted before they signed in. By a full load: nothing that was fetched for whoever was
 * here before stays in memory, and pages of the reef that are not the console's are reached too.
 */
export function enter(returnTo?: string): void {
  location.assign(safeReturnTo(returnTo, location.origin));
}
