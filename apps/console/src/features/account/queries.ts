import type { Program } from "@reef/sdk";
import { queryOptions } from "@tanstack/react-query";
import { accounts } from "../../session/accounts.ts";
import { reef } from "../../session/reef.ts";
import { type Pages, usePages } from "../../ui/use-pages.ts";

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

/** An invitation, as the holder of its mailed link sees it without a session. The token stands in no key. */
export const shownInvitationQuery = (invitationId: string, token: string) =>
  queryOptions({
    queryKey: ["identity", "shown-invitation", invitationId],
    queryFn: ({ signal }) => reef.identity.showInvitation({ invitationId, token }, { signal }),
  });

/** What the lists of {@link usePrograms} are kept under. */
export const programsKey = ["identity", "programs"] as const;

/** The programs that the person let in, the newest first. */
export const usePrograms = (): Pages<Program> =>
  usePages({
    queryKey: programsKey,
    queryFn: ({ cursor }, { signal }) => reef.identity.listPrograms({ cursor, limit: 50 }, { signal }),
  });

/** A login by a code that waits to be decided on; asking it takes the code for this person. */
export const deviceQuery = (userCode: string) =>
  queryOptions({
    queryKey: ["identity", "device", userCode],
    queryFn: () => accounts.getDevice(userCode),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Where the person is signed in. Refused a day after the sign-in, until one signs in again. */
export const sessionsQuery = queryOptions({
  queryKey: ["identity", "sessions"],
  queryFn: () => accounts.listSessions(),
});

/** The ways in beside passkeys: the password and logins at other services. */
export const loginsQuery = queryOptions({
  queryKey: ["identity", "logins"],
  queryFn: () => accounts.listLogins(),
});

/** The person's passkeys. */
export const passkeysQuery = queryOptions({
  queryKey: ["identity", "passkeys"],
  queryFn: () => accounts.listPasskeys(),
});

/** The keys of the person's scripts, in all organizations. */
export const apiKeysQuery = queryOptions({
  queryKey: ["organization", "api-keys"],
  queryFn: () => accounts.listApiKeys(),
});
