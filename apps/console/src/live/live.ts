import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { isSignedOut } from "../session/gate.ts";
import { reef } from "../session/reef.ts";
import { onAwake } from "./awake.ts";
import type { LiveState } from "./follow-activity.ts";
import { followTogether } from "./follow-together.ts";
import { isTouched } from "./live-keys.ts";
import { renewQueries } from "./renew-queries.ts";

const RETRY_MS = 30_000;
const listeners = new Set<() => void>();
let current: LiveState = "reconnecting";

function setState(state: LiveState): void {
  if (state === current) return;
  current = state;
  for (const tell of listeners) tell();
}

/** Whether the screen is renewed by itself at the moment. */
export const useLiveState = (): LiveState =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => current,
  );

/** Follows the organization's stream, one for the whole console, and refreshes the queries that it touches. */
export function useLive(queryClient: QueryClient, organizationId: string | undefined, onSignedOut: () => void): void {
  useEffect(() => {
    if (organizationId === undefined) return;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let stop = () => {};
    const start = (isLate: boolean) => {
      stop = followTogether({
        isLate,
        name: organizationId,
        stream: (input, options) => reef.signing.streamActivity(input, options),
        onAwake,
        onOperations: (operations) =>
          renewQueries(queryClient, {
            predicate: ({ queryKey }) => isTouched(queryKey, operations),
            cancelRefetch: false,
          }),
        onGap: () => renewQueries(queryClient, { cancelRefetch: true }),
        onState: setState,
        onRefused: (error) => {
          if (isSignedOut(error)) onSignedOut();
          else retry = setTimeout(restart, RETRY_MS);
        },
      });
    };
    const restart = () => {
      stop();
      start(true);
      // Whatever kept the stream away, events were missed meanwhile; it may stay away.
      renewQueries(queryClient, { cancelRefetch: true });
    };
    start(false);
    return () => {
      clearTimeout(retry);
      stop();
    };
  }, [queryClient, organizationId, onSignedOut]);
}
