import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { accountQuery } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { addressedOrganization, rememberOrganization } from "../../../session/chosen-organization.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";
import { SlugField } from "../../account/parts/slug-field.tsx";
import { slugFault } from "../../account/slug.ts";
import type { OwnOrganization } from "./name-form.tsx";
import { useSlugCheck } from "./use-slug-check.ts";

/** Changes the organization's slug; what follows from that is told first. */
export function SlugForm({ organization }: { organization: OwnOrganization }): ReactNode {
  const queryClient = useQueryClient();
  const [slug, setSlug] = useState(organization.slug);
  const [isAsking, setAsking] = useState(false);
  const isNew = slug !== organization.slug;
  const taken = useSlugCheck(isNew ? slug : "");
  const change = async () => {
    await accounts.updateOrganization({ organizationId: organization.organizationId, data: { slug } });
    if (addressedOrganization() !== undefined) {
      // The address of this page has just ended; the other one is the organization's now.
      location.host = location.host.replace(organization.slug, slug);
      return;
    }
    rememberOrganization(slug);
    await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
    toast("Slug changed.");
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setAsking(true);
      }}
      className="flex flex-col gap-3"
    >
      <SlugField value={slug} onChange={setSlug} error={taken} />
      <div>
        <Button type="submit" disabled={!isNew || slugFault(slug) !== undefined || taken !== undefined}>
          Change slug
        </Button>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={`Change the slug to ${slug}?`}
        consequence={
          <ul className="list-disc pl-4">
            <li>
              Scripts that name <code className="font-mono">{organization.slug}</code> in X-Reef-Organization, and the
              address that begins with it, get “not found” at once.
            </li>
            <li>Others may take the old slug.</li>
            <li>Agents, their keys and what they remember are not touched.</li>
          </ul>
        }
        action="Change slug"
        onConfirm={change}
        isDangerous={false}
      />
    </form>
  );
}
