import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Command } from "cmdk";
import { Search as SearchIcon } from "lucide-react";
import { Dialog } from "radix-ui";
import { type ReactNode, useDeferredValue, useState } from "react";
import type { Search } from "../app/feature.ts";
import { features } from "../app/features.ts";
import { places } from "../frame/navigation.ts";
import { useAccount } from "../session/account.ts";
import { chooseTheme } from "../theme/theme.ts";
import { useFocusReturn } from "../ui/use-focus-return.ts";
import { matchCommand } from "./match-command.ts";
import { setCommandPalette } from "./open-state.ts";

const searches = features.flatMap(({ searches = [] }) => searches);
const LEAST_LETTERS = 2;
const MOST_FOUND = 5;

const group =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-muted";
const item =
  "flex min-h-(--row) cursor-default items-center gap-2.5 rounded-md px-2 select-none data-[selected=true]:bg-accent-soft " +
  "[&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted";

/** The command palette: places and commands by their words, and what the features' searches find. */
export function PaletteDialog(): ReactNode {
  const account = useAccount();
  const router = useRouter();
  const [text, setText] = useState("");
  const asked = useDeferredValue(text.trim());
  const focusReturn = useFocusReturn();
  const close = () => setCommandPalette(false);
  const go = (to: string) => {
    close();
    void router.navigate({ to: to as "/" });
  };
  const commands = features.flatMap(({ commands = [] }) => commands).filter(({ isFor }) => isFor?.(account) ?? true);
  const isSearching = asked.length >= LEAST_LETTERS && account.organization !== null;
  return (
    <Dialog.Root open onOpenChange={(isOpen) => isOpen || close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-appear bg-veil" />
        <Dialog.Content
          {...focusReturn}
          aria-describedby={undefined}
          className="fixed inset-x-2 top-2 z-50 mx-auto max-w-xl animate-rise overflow-hidden rounded-lg border bg-raised shadow-float sm:top-[12vh]"
        >
          <Dialog.Title className="sr-only">Search or do something</Dialog.Title>
          <Command label="Search or do something" loop filter={matchCommand}>
            <div className="flex items-center gap-2.5 border-b px-4">
              <SearchIcon aria-hidden className="size-4 text-muted" />
              <Command.Input
                value={text}
                onValueChange={setText}
                placeholder="Search or do something"
                className="h-12 w-full bg-transparent text-16 outline-none placeholder:text-faint"
              />
            </div>
            <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto p-2">
              <Command.Empty className="px-2 py-8 text-center text-muted">Nothing is called so.</Command.Empty>
              {commands.length > 0 && (
                <Command.Group heading="Do" className={group}>
                  {commands.map(({ id, title, keywords, icon, to }) => (
                    <Command.Item
                      key={id}
                      value={title}
                      {...(keywords !== undefined && { keywords: keywords.split(" ") })}
                      onSelect={() => go(to)}
                      className={item}
                    >
                      {icon}
                      {title}
                    </Command.Item>
                  ))}
                </Command.Group>
              )}
              <Command.Group heading="Go to" className={group}>
                {places
                  .filter(({ isFor }) => isFor?.(account) ?? true)
                  .map(({ name, to, icon: Icon }) => (
                    <Command.Item key={to} value={`Go to ${name}`} onSelect={() => go(to)} className={item}>
                      <Icon aria-hidden />
                      {name}
                    </Command.Item>
                  ))}
              </Command.Group>
              <Command.Group heading="Theme" className={group}>
                {(["light", "dark", "system"] as const).map((theme) => (
                  <Command.Item
                    key={theme}
                    value={`Theme ${theme}`}
                    onSelect={() => {
                      chooseTheme(theme);
                      close();
                    }}
                    className={item}
                  >
                    Theme: {theme === "system" ? "as the system" : theme}
                  </Command.Item>
                ))}
              </Command.Group>
              {isSearching &&
                searches.map((search) => <FoundGroup key={search.title} search={search} text={asked} go={go} />)}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What one search found; nothing while it has found nothing, so that the list does not jump. */
function FoundGroup({ search, text, go }: { search: Search; text: string; go: (to: string) => void }): ReactNode {
  const { data } = useQuery({
    queryKey: ["palette", search.title, text],
    queryFn: ({ signal }) => search.find(text, { signal }),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  if (data === undefined || data.length === 0) return null;
  return (
    <Command.Group heading={search.title} className={group}>
      {data.slice(0, MOST_FOUND).map(({ id, title, hint, icon, to }) => (
        <Command.Item
          key={id}
          value={`${title} ${search.title} ${id}`}
          // What the reef found for these letters belongs here, whatever the letters of its title are.
          keywords={[text]}
          onSelect={() => go(to)}
          className={item}
        >
          {icon}
          <span className="min-w-0 truncate">{title}</span>
          {hint !== undefined && <span className="ml-auto shrink-0 font-mono text-12 text-muted">{hint}</span>}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
