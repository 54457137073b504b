import type { ProviderOffer } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { toast, toastProblem } from "../../../ui/toast.tsx";
import { offersQuery } from "../queries.ts";

/** What the reef found around it, each added for all organizations in one step. Nothing where nothing was found. */
export function Offers(): ReactNode {
  const { data } = useQuery(offersQuery);
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Section
      title="Found on this server"
      description="Added in one step, for all organizations of this reef. The keys never leave the server."
    >
      <Card className="p-0">
        <ul aria-label="Found on this server" className="divide-y">
          {data.items.map((offer) => (
            <Offer key={offer.kind} offer={offer} />
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function Offer({ offer: { kind, title, foundBy } }: { offer: ProviderOffer }): ReactNode {
  const queryClient = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const accept = async () => {
    setBusy(true);
    try {
      const { modelCount } = await reef.gateway.acceptProviderOffer({ kind });
      await queryClient.invalidateQueries({ queryKey: ["gateway"] });
      toast(modelCount === 1 ? `${title} is added, with 1 model.` : `${title} is added, with ${modelCount} models.`);
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="flex min-h-13 items-center justify-between gap-3 px-4 py-2">
      <span className="flex min-w-0 flex-col">
        <span className="truncate font-medium">{title}</span>
        <code className="truncate font-mono text-12 text-muted">{foundBy}</code>
      </span>
      <Button size="small" isBusy={isBusy} aria-label={`Add ${title}`} onClick={() => void accept()}>
        Add
      </Button>
    </li>
  );
}
