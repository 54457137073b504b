import type { Account } from "@reef/sdk";
import type { ComponentType, ReactNode } from "react";

/** Something that the command palette (⌘K) offers. */
interface Command {
  /** Unique: `identity.agents`. */
  id: string;
  /** "Go to agents", "Issue a voucher". */
  title: string;
  /** Other words that people may type for it. */
  keywords?: string;
  icon: ReactNode;
  /** Where it leads: a path of the console, with its query. */
  to: string;
  /** For whom it is; everybody unless given. */
  isFor?: (account: Account) => boolean;
}

/** One thing that a search found. */
interface Found {
  id: string;
  title: string;
  /** What else tells it apart: a fingerprint, a diary's name. */
  hint?: string;
  icon?: ReactNode;
  /** Where it is: a path of the console, with its query. */
  to: string;
}

/** A search that the command palette asks while somebody types. */
export interface Search {
  /** The group's heading: "Agents". */
  title: string;
  /** At most a handful; the palette shows the first five. */
  find: (text: string, options: { signal: AbortSignal }) => Promise<readonly Found[]>;
}

/** What a panel's component gets; it renders a `PanelFrame`. */
export interface PanelProps {
  id: string;
}

/** What a feature adds to the console beside its routes. */
export interface Feature {
  commands?: readonly Command[];
  searches?: readonly Search[];
  /** By kind, as it stands in the address (`?panel=agent.7F3A-…`): components, loaded when they are needed. */
  panels?: Readonly<Record<string, ComponentType<PanelProps>>>;
}
