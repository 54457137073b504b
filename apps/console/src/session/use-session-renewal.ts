import { useEffect } from "react";
import { accounts } from "./accounts.ts";

const EVERY_MS = 6 * 3_600_000;

/**
 * Lets the session live on while the console is open: the reef renews a browser's session, once a day at most, when this
 * is asked. That it has ended is told by everything else that is asked.
 */
export function useSessionRenewal(): void {
  useEffect(() => {
    const renew = () => void accounts.getSession().catch(() => undefined);
    renew();
    const timer = setInterval(renew, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}
