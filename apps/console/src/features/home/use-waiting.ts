import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAccount, useMayManage, useOrganization } from "../../session/account.ts";
import { myInvitationsQuery } from "../members/queries.ts";
import {
  expiringVouchersQuery,
  FLAGGED_SPAN,
  flaggedQuery,
  pendingSharesQuery,
  pendingTransfersQuery,
  reefFaultsQuery,
  unansweredInvitationsQuery,
  unsignedQuery,
} from "./queries.ts";

/** Something that waits for a person. */
export interface Waiting {
  id: string;
  /** "2 messages wait for a signature". */
  text: string;
  /** What it means, or what to do. */
  hint: string;
  /** Where it is looked at: a path of the console, with its query. */
  to: string;
}

/** What waits for the person who is signed in, the most urgent first. */
export interface AllWaiting {
  items: readonly Waiting[];
  /** Not everything has been looked at yet. */
  isPending: boolean;
  /** Why some of it could not be looked at; null where all could. */
  error: Error | null;
  retry: () => void;
}

/** Looks at everything that may wait for somebody. */
export function useWaiting(): AllWaiting {
  const { person, isOperator } = useAccount();
  const { organizationId } = useOrganization();
  const mayManage = useMayManage();
  const faults = useQuery({ ...reefFaultsQuery, enabled: isOperator });
  const flagged = useQuery(flaggedQuery);
  const unsigned = useQuery(unsignedQuery);
  const shares = useQuery({ ...pendingSharesQuery, enabled: mayManage });
  const transfers = useQuery({ ...pendingTransfersQuery, enabled: mayManage });
  const vouchers = useQuery({ ...expiringVouchersQuery, enabled: mayManage });
  const unanswered = useQuery({ ...unansweredInvitationsQuery(organizationId), enabled: mayManage });
  const mine = useQuery(myInvitationsQuery);

  const items = [
    count(faults.data?.stuck, {
      id: "stuck",
      one: "1 background loop is stuck",
      many: "# background loops are stuck",
      hint: "What it does for this reef does not get on.",
      to: "/operations?tab=loops",
    }),
    count(faults.data?.failed, {
      id: "failed",
      one: "1 piece of background work failed",
      many: "# pieces of background work failed",
      hint: "Retry or discard it.",
      to: "/operations?tab=failed",
    }),
    count(flagged.data?.total, {
      id: "flagged",
      one: "1 entry reads like instructions to a model",
      many: "# entries read like instructions to a model",
      hint: "Written in the last three days; marked, not blocked.",
      to:
        flagged.data?.total === 1
          ? `/memory/entries/${flagged.data.entryId}`
          : `/memory?tab=entries&flagged=yes&written=${FLAGGED_SPAN}`,
    }),
    count(unsigned.data, {
      id: "unsigned",
      one: "1 message waits for a signature",
      many: "# messages wait for a signature",
      hint: "Each agent has five minutes for its own.",
      to: "/signing?status=pending",
    }),
    count(shares.data, {
      id: "shares",
      one: "1 share is not answered yet",
      many: "# shares are not answered yet",
      hint: "The agent accepts it, or it gives nothing.",
      to: "/memory?tab=shares&shares=pending",
    }),
    count(transfers.data, {
      id: "transfers",
      one: "1 diary is offered to another agent",
      many: "# diaries are offered to other agents",
      hint: "It stays with its owner until the other one accepts.",
      to: "/memory?tab=transfers&transfers=pending",
    }),
    ...(mine.data ?? []).map(
      ({ id, organizationName }): Waiting => ({
        id,
        text: `You are invited to ${organizationName}`,
        hint: "Accept or decline it.",
        to: `/invitation?id=${encodeURIComponent(id)}`,
      }),
    ),
    count(unanswered.data, {
      id: "unanswered",
      one: "1 invited person has not answered",
      many: "# invited people have not answered",
      hint: "Send the mail again, or take it back.",
      to: "/members",
    }),
    count(vouchers.data, {
      id: "vouchers",
      one: "1 unused voucher expires today",
      many: "# unused vouchers expire today",
      hint: "Nobody has joined with it.",
      to: "/agents?tab=vouchers",
    }),
    count(person.emailVerified ? 0 : 1, {
      id: "e-mail",
      one: "Your e-mail address is not confirmed",
      many: "",
      hint: "Open the link in the mail that you got.",
      to: "/account",
    }),
  ].filter((item) => item !== undefined);

  const asked: readonly Pick<UseQueryResult, "error" | "isLoading" | "refetch">[] = [
    faults,
    flagged,
    unsigned,
    shares,
    transfers,
    vouchers,
    unanswered,
    mine,
  ];
  return {
    items,
    isPending: asked.some(({ isLoading }) => isLoading),
    error: asked.find(({ error }) => error !== null)?.error ?? null,
    retry() {
      for (const { error, refetch } of asked) if (error !== null) void refetch();
    },
  };
}

interface Counted extends Pick<Waiting, "id" | "hint" | "to"> {
  one: string;
  /** With `#` for the count. */
  many: string;
}

function count(value: number | undefined, { one, many, ...rest }: Counted): Waiting | undefined {
  if (!value) return undefined;
  return { ...rest, text: value === 1 ? one : many.replace("#", String(value)) };
}
