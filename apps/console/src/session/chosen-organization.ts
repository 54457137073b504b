import { organizationOfHost, organizationOfMemory } from "./organization-name.ts";

const KEY = "reef.organization";

/** The reef's own host, as the server writes it into the page; organizations have subdomains of it. */
const baseHost = (): string | undefined =>
  document.querySelector<HTMLMetaElement>('meta[name="reef-host"]')?.content || undefined;

/** The organization of the address, which nobody can switch away from without leaving the address. */
export const addressedOrganization = (): string | undefined => organizationOfHost(location.host, baseHost());

/**
 * The organization to ask for: the address's own, else the one chosen in this tab, else the last one chosen in this
 * browser. Undefined leaves it to the reef.
 */
export function chosenOrganization(): string | undefined {
  return addressedOrganization() ?? read("sessionStorage") ?? read("localStorage");
}

/** Remembers a choice for this tab, and for tabs that are opened later. */
export function rememberOrganization(slug: string): void {
  for (const kind of ["sessionStorage", "localStorage"] as const) {
    try {
      window[kind].setItem(KEY, slug);
    } catch {
      // Storage may be forbidden; then the reef's own choice stays.
    }
  }
}

/** Forgets the choice, for example when it names an organization that the person has left. */
export function forgetOrganization(): void {
  for (const kind of ["sessionStorage", "localStorage"] as const) {
    try {
      window[kind].removeItem(KEY);
    } catch {
      // Nothing was kept then.
    }
  }
}

function read(kind: "sessionStorage" | "localStorage"): string | undefined {
  try {
    return organizationOfMemory(window[kind].getItem(KEY));
  } catch {
    return undefined;
  }
}
