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

/** Who may read a diary, by sign and word. */
export function Visibility({ value }: { value: Diary["visibility"] }): ReactNode {
  const Icon = visibilityIcons[value];
  const { name, meaning } = visibilityWords[value];
  return (
    <span title={meaning} className="inline-flex items-center gap-1.5 whitespace-nowrap text-muted">
      <Icon aria-hidden className="size-4 shrink-0" />
      {name}
    </span>
  );
}
