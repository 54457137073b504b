import type { Voucher } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { Ticket } from "lucide-react";
import type { ReactNode } from "react";
import { useMayManage } from "../../../session/account.ts";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useVouchers } from "../queries.ts";
import { IssuerName } from "./issuer.tsx";

const columns: readonly Column<Voucher>[] = [
  { name: "Issued by", width: "minmax(0, 2fr)", cell: ({ issuer }) => <IssuerName issuer={issuer} /> },
  { name: "Issued", width: "8rem", hideBelow: "sm", align: "end", cell: ({ createdAt }) => <Time value={createdAt} /> },
  { name: "Expires", width: "6rem", align: "end", cell: ({ expiresAt }) => <Time value={expiresAt} /> },
  {
    name: "Actions",
    isNameHidden: true,
    width: "4.5rem",
    align: "end",
    cell: (voucher) => <Revoke voucher={voucher} />,
  },
];

/** Vouchers that somebody may still join with. */
export function Vouchers(): ReactNode {
  const mayManage = useMayManage();
  return (
    <Table
      label="Vouchers"
      pages={useVouchers()}
      keyOf={({ id }) => id}
      columns={columns}
      empty={
        <EmptyState title="No active vouchers" icon={<Ticket />} command="reef voucher issue">
          A voucher lets one new agent join within 24 hours.{" "}
          {mayManage ? "You issue one above; an agent may with:" : "Admins issue them here; an agent may with:"}
        </EmptyState>
      }
    />
  );
}

function Revoke({ voucher: { id, issuer } }: { voucher: Voucher }): ReactNode {
  const queryClient = useQueryClient();
  const revoke = async () => {
    await reef.identity.revokeVoucher({ voucherId: id });
    await queryClient.invalidateQueries({ queryKey: ["identity", "vouchers"] });
    toast("Voucher revoked.");
  };
  return (
    <ConfirmDialog
      title={`Revoke the voucher of ${issuer.name}?`}
      consequence="Whoever has its code cannot join with it any more. Agents that have joined stay."
      action="Revoke voucher"
      onConfirm={revoke}
      trigger={
        <Button size="small" kind="quiet" className="relative z-10" aria-label={`Revoke the voucher of ${issuer.name}`}>
          Revoke
        </Button>
      }
    />
  );
}
