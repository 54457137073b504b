import type { Invoice } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { Menu, MenuItem } from "../../../ui/menu.tsx";
import { toast } from "../../../ui/toast.tsx";
import { formatMoney } from "../billing-words.ts";

type Settled = "paid" | "void" | "uncollectible";

const ways: Readonly<
  Record<Settled, { item: string; title: string; consequence: string; action: string; done: string }>
> = {
  paid: {
    item: "It was paid",
    title: "was paid?",
    consequence: "It is settled for good.",
    action: "Say that it was paid",
    done: "is paid",
  },
  void: {
    item: "Take it back",
    title: "is taken back?",
    consequence: "Nothing is owed for it any more. Its number stays, so that the numbers have no gap.",
    action: "Take it back",
    done: "is void",
  },
  uncollectible: {
    item: "Give it up",
    title: "is given up?",
    consequence: "It stays on record as owed and not collected. The plan is not touched: suspend it, if it shall stop.",
    action: "Give it up",
    done: "is given up",
  },
};

/** Says of an open invoice of the reef itself what became of it; of Stripe's, Stripe does. */
export function SettleInvoice({ invoice }: { invoice: Invoice }): ReactNode {
  const queryClient = useQueryClient();
  const [way, setWay] = useState<Settled | undefined>();
  if (invoice.state !== "open" || invoice.paidBy !== "operator") return null;
  const { id, number, totalCents, currency, billedTo } = invoice;
  const settle = async () => {
    if (way === undefined) return;
    await reef.billing.settleInvoice({ invoiceId: id, state: way });
    await queryClient.invalidateQueries({ queryKey: ["billing", "invoices"] });
    toast(`Invoice ${number} ${ways[way].done}.`);
  };
  return (
    <span className="relative z-10">
      <Menu
        align="end"
        trigger={
          <Button size="small" aria-label={`Settle the invoice ${number}`}>
            Settle
          </Button>
        }
      >
        {(Object.keys(ways) as Settled[]).map((each) => (
          <MenuItem key={each} onSelect={() => setWay(each)}>
            {ways[each].item}
          </MenuItem>
        ))}
      </Menu>
      {way !== undefined && (
        <ConfirmDialog
          title={`Invoice ${number} ${ways[way].title}`}
          consequence={`${formatMoney(totalCents, currency)} of ${billedTo}. ${ways[way].consequence}`}
          action={ways[way].action}
          isDangerous={way !== "paid"}
          isOpen
          onOpenChange={(isOpen) => !isOpen && setWay(undefined)}
          onConfirm={settle}
        />
      )}
    </span>
  );
}
