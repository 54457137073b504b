import { queryOptions } from "@tanstack/react-query";
import { accounts } from "../../session/accounts.ts";

/** Which session this is, or null. Independent of organizations, so pages for whoever is signed out may ask it too. */
export const sessionQuery = queryOptions({
  queryKey: ["identity", "session"],
  queryFn: () => accounts.getSession(),
});

/** An invitation, as whoever is invited sees it. */
export const invitationQuery = (id: string) =>
  queryOptions({
    queryKey: ["organization", "invitation", id],
    queryFn: () => accounts.getInvitation(id),
  });

/** A login by a code that waits to be decided on; asking it takes the code for this person. */
export const deviceQuery = (userCode: string) =>
  queryOptions({
    queryKey: ["identity", "device", userCode],
    queryFn: () => accounts.getDevice(userCode),
    staleTime: Number.POSITIVE_INFINITY,
  });
