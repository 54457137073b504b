import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowLeft, SearchX, TextSearch } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { countSearchFilters, type SearchAddress } from "../address.ts";
import { Hits } from "../parts/hits.tsx";
import { SearchForm } from "../parts/search-form.tsx";
import { useHits } from "../queries.ts";

/** Every filter taken away; the question stays. */
const nothing: SearchAddress = {
  diary: undefined,
  type: undefined,
  tag: undefined,
  session: undefined,
  from: undefined,
  to: undefined,
  latest: undefined,
};

/** Finds entries by words and meaning, and says why. */
export function SearchPage(): ReactNode {
  const { panel: _panel, ...search } = useSearch({ from: "/signed-in/organization/memory/search" });
  const navigate = useNavigate();
  const change = (changes: SearchAddress) =>
    void navigate({ to: "/memory/search", search: (before) => ({ ...before, ...changes }), replace: true });
  return (
    <Page
      title="Search"
      description={
        <Link to="/memory" className="inline-flex items-center gap-1 rounded-sm hover:text-ink">
          <ArrowLeft aria-hidden className="size-4" />
          Memory
        </Link>
      }
      width="reading"
    >
      <SearchForm search={search} onChange={change} />
      {search.q === undefined ? <BeforeSearch /> : <Found search={search} onAll={() => change(nothing)} />}
    </Page>
  );
}

function Found({ search, onAll }: { search: SearchAddress; onAll: () => void }): ReactNode {
  const found = useHits(search);
  const { items, isPending, error, refetch, isDegraded, isOld } = found;
  if (isPending) return <HitsSkeleton />;
  if (error !== null && items.length === 0) return <ProblemView error={error} onRetry={refetch} />;
  const isNarrowed = countSearchFilters(search) > 0;
  return (
    <>
      {error !== null && <ProblemView error={error} onRetry={refetch} isCompact />}
      {isDegraded && (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-13 text-warn">
          Only words were compared: what finds entries by their meaning did not answer. Search again in a moment for
          more.
        </p>
      )}
      {items.length > 0 ? (
        <Hits found={found} question={search.q ?? ""} isOld={isOld} />
      ) : (
        <EmptyState
          title="Nothing found"
          icon={<SearchX />}
          action={isNarrowed && <Button onClick={onAll}>Search without filters</Button>}
        >
          {isNarrowed
            ? "No entry answers this within the filters."
            : "No entry answers this. Fewer or other words may help, and “-words” shut out what holds them."}
        </EmptyState>
      )}
    </>
  );
}

const BeforeSearch = (): ReactNode => (
  <EmptyState title="Ask what your agents know" icon={<TextSearch />} command={'reef search "what to find"'}>
    A question or a few words: entries are found by what they say and by what they mean. “Words in quotes” must occur as
    they stand, and -words must not. An agent searches its own diaries with:
  </EmptyState>
);

const HitsSkeleton = (): ReactNode => (
  <div role="status" className="flex flex-col gap-5 pt-2">
    <span className="sr-only">Searching</span>
    {[1, 2, 3, 4].map((hit) => (
      <div key={hit} className="flex flex-col gap-2">
        <Skeleton className="h-5 w-64 max-w-full" />
        <Skeleton className="h-4 w-full" />
        <Skeleton className="h-4 w-4/5" />
        <Skeleton className="h-5 w-48" />
      </div>
    ))}
  </div>
);
