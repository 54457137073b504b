import { memoryErrors } from "../errors.ts";

/** Refuses a change that was based on another version than the current one (RFC 9110, section 13.1.1). */
export function requireVersion(currentVersion: number, ifMatch: number | undefined): void {
  if (ifMatch !== undefined && ifMatch !== currentVersion) throw memoryErrors.changed({ currentVersion });
}
