import { ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { useAccount, useSwitchOrganization } from "../session/account.ts";
import { addressedOrganization } from "../session/chosen-organization.ts";
import { Button } from "../ui/button.tsx";
import { Menu, MenuChoice } from "../ui/menu.tsx";

/** The organization whose pages these are; a menu where there are others to go to. */
export function OrganizationMenu(): ReactNode {
  const { organization, memberships } = useAccount();
  const choose = useSwitchOrganization();
  const isFixed = addressedOrganization() !== undefined || memberships.length < (organization === null ? 1 : 2);
  if (isFixed) return <span className="min-w-0 truncate font-medium">{organization?.name}</span>;
  return (
    <Menu
      trigger={
        <Button kind="quiet" className="min-w-0 shrink! px-2! text-ink!">
          <span className="truncate">{organization?.name ?? "Choose an organization"}</span>
          <ChevronsUpDown aria-hidden className="text-muted" />
        </Button>
      }
    >
      <MenuChoice
        label="Organizations"
        value={organization?.slug ?? ""}
        onChange={choose}
        options={memberships.map(({ slug, name, role }) => ({ value: slug, label: name, hint: role }))}
      />
    </Menu>
  );
}
