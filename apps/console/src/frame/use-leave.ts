import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useMemo } from "react";
import { dropEverything } from "../session/account.ts";
import { accounts } from "../session/accounts.ts";
import { toastProblem } from "../ui/toast.tsx";

/** Ways out: `leave` where the session has ended by itself, `signOut` to end it. */
export function useLeave(): { leave: () => void; signOut: () => Promise<void> } {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMemo(
    () => ({
      leave() {
        dropEverything(queryClient);
        void router.navigate({ to: "/sign-in", search: { return_to: router.state.location.href }, replace: true });
      },
      async signOut() {
        try {
          await accounts.signOut();
        } catch (error) {
          toastProblem(error);
          return;
        }
        dropEverything(queryClient);
        // The page goes first, so that no "back" of the browser brings it up again; the load then empties the memory.
        await router.navigate({ to: "/sign-in", replace: true });
        location.reload();
      },
    }),
    [queryClient, router],
  );
}
