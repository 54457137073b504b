import { Tabs as RadixTabs } from "radix-ui";
import type { ReactNode } from "react";

interface TabsProps<Value extends string> {
  /** What the tabs are about, for screen readers. */
  label: string;
  /** The open one; keep it in the address (`useSearch`), so that a tab can be linked to. */
  value: Value;
  onChange: (value: Value) => void;
  tabs: readonly { value: Value; label: string; count?: number | undefined; content: ReactNode }[];
}

/** Tabs: arrow keys move between them, only the open one is rendered. */
export const Tabs = <Value extends string>({ label, value, onChange, tabs }: TabsProps<Value>): ReactNode => (
  <RadixTabs.Root value={value} onValueChange={(chosen) => onChange(chosen as Value)} className="flex flex-col gap-4">
    <RadixTabs.List aria-label={label} className="flex gap-1 overflow-x-auto overflow-y-hidden border-b">
      {tabs.map((tab) => (
        <RadixTabs.Trigger
          key={tab.value}
          value={tab.value}
          // Where there is no room for all of them, the open one is in view all the same.
          ref={(trigger) => {
            if (tab.value === value) trigger?.scrollIntoView({ block: "nearest", inline: "nearest" });
          }}
          className="flex h-(--row) shrink-0 items-center gap-2 rounded-t-sm border-b-2 border-transparent px-3 text-muted transition-colors -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
        >
          {tab.label}
          {tab.count !== undefined && <span className="text-12 text-muted">{tab.count}</span>}
        </RadixTabs.Trigger>
      ))}
    </RadixTabs.List>
    {tabs.map((tab) => (
      <RadixTabs.Content key={tab.value} value={tab.value} className="outline-none">
        {tab.content}
      </RadixTabs.Content>
    ))}
  </RadixTabs.Root>
);
