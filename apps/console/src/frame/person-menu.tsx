import { Link } from "@tanstack/react-router";
import { LogOut, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { useAccount } from "../session/account.ts";
import { chooseTheme, type Theme, useTheme } from "../theme/theme.ts";
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from "../ui/menu.tsx";
import { useLeave } from "./use-leave.ts";

const themes: readonly { value: Theme; label: string }[] = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "system", label: "As the system" },
];

/** Who is signed in: account, theme, and the way out. */
export function PersonMenu(): ReactNode {
  const { person } = useAccount();
  const { signOut } = useLeave();
  const theme = useTheme();
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="flex size-8 items-center justify-center rounded-full touch:size-11">
          <span className="sr-only">Account of {person.name}</span>
          <span
            aria-hidden
            className="flex size-8 items-center justify-center rounded-full bg-accent-soft text-12 font-semibold text-accent"
          >
            {initials(person.name)}
          </span>
        </button>
      }
    >
      <MenuLabel>
        <span className="block truncate font-medium text-ink">{person.name}</span>
        <span className="block truncate text-muted">{person.email}</span>
      </MenuLabel>
      <MenuLine />
      <MenuItem asChild>
        <Link to={"/account" as "/"}>
          <UserRound aria-hidden />
          Your account
        </Link>
      </MenuItem>
      <MenuLine />
      <MenuChoice label="Theme" value={theme} onChange={chooseTheme} options={themes} />
      <MenuLine />
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .flatMap((word) => Array.from(word)[0] ?? [])
    .slice(0, 2)
    .join("")
    .toUpperCase() || "?";
