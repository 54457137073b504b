import type { DeadLetter, Mail, Organization } from "@reef/sdk";
import { queryOptions } from "@tanstack/react-query";
import { reef } from "../../session/reef.ts";
import { type Pages, usePages } from "../../ui/use-pages.ts";

/** Nothing of the reef itself is in an organization's stream, so its pages look again by themselves. */
const LOOK_AGAIN_MS = 10_000;

/** The organizations of the reef, newest first. */
export const useOrganizations = (): Pages<Organization> =>
  usePages({
    queryKey: ["identity", "organizations"],
    queryFn: (page, options) => reef.identity.listOrganizations({ ...page, limit: 50 }, options),
  });

/** The background loops, looked at anew every ten seconds. */
export const livenessQuery = queryOptions({
  queryKey: ["system", "liveness"],
  queryFn: ({ signal }) => reef.system.liveness({}, { signal }),
  refetchInterval: LOOK_AGAIN_MS,
});

/** Work that failed for good, newest first. */
export const useDeadLetters = (): Pages<DeadLetter> =>
  usePages({
    queryKey: ["system", "dead-letters"],
    queryFn: (page, options) => reef.system.listDeadLetters({ ...page, limit: 50 }, options),
    refetchIntervalMs: LOOK_AGAIN_MS,
  });

/** Mails that stayed here, newest first. */
export const useMails = (): Pages<Mail> =>
  usePages({
    queryKey: ["system", "mails"],
    queryFn: (page, options) => reef.system.listMails({ ...page, limit: 50 }, options),
    refetchIntervalMs: LOOK_AGAIN_MS,
  });

/** One mail with its text. */
export const mailQuery = (mailId: Mail["id"]) =>
  queryOptions({
    queryKey: ["system", "mails", mailId],
    queryFn: ({ signal }) => reef.system.getMail({ mailId }, { signal }),
  });
