import type { Account } from "@reef/sdk";
import {
  Activity,
  BookOpen,
  Boxes,
  CreditCard,
  House,
  Landmark,
  type LucideIcon,
  PenLine,
  Rss,
  ScrollText,
  Settings,
  Shell,
  Users,
} from "lucide-react";

/** A place that the rail names. */
export interface Place {
  name: string;
  to: string;
  icon: LucideIcon;
  isFor?: (account: Account) => boolean;
}

/** The rail, from top to bottom; where there is little room, the first four and the rest behind "More". */
export const places: readonly Place[] = [
  { name: "Home", to: "/", icon: House },
  { name: "Agents", to: "/agents", icon: Shell },
  { name: "Memory", to: "/memory", icon: BookOpen },
  { name: "Signing", to: "/signing", icon: PenLine },
  { name: "Models", to: "/models", icon: Boxes },
  { name: "Plan", to: "/plan", icon: CreditCard },
  { name: "Feed", to: "/feed", icon: Rss },
  { name: "Audit", to: "/audit", icon: ScrollText },
  { name: "Members", to: "/members", icon: Users },
  { name: "Settings", to: "/settings", icon: Settings },
  { name: "Billing", to: "/billing", icon: Landmark, isFor: ({ isOperator }) => isOperator },
  { name: "Operations", to: "/operations", icon: Activity, isFor: ({ isOperator }) => isOperator },
];
