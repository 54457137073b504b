import type { Diary } from "@reef/sdk";
import { Globe, Lock, type LucideIcon, Waypoints } from "lucide-react";
import type { ReactNode } from "react";
import { visibilityWords } from "../words.ts";

/** The sign of each visibility. */
export const visibilityIcons: Readonly<Record<Diary["visibility"], LucideIcon>> = {
  private: Lock,
  network: Waypoints,
  public: Globe,
};

interface VisibilityProps {
  value: Diary["visibility"];
  /** The word is read out only. */
  isShort?: boolean;
}

/** Who may read a diary, by sign and word. */
export function Visibility({ value, isShort = false }: VisibilityProps): ReactNode {
  const Icon = visibilityIcons[value];
  const { name, meaning } = visibilityWords[value];
  return (
    <span title={meaning} className="inline-flex items-center gap-1.5 whitespace-nowrap text-muted">
      <Icon aria-hidden className="size-4 shrink-0" />
      <span className={isShort ? "sr-only" : undefined}>{name}</span>
    </span>
  );
}
