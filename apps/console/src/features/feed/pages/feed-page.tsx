import type { FeedItem } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Rss, SearchX, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Checkbox, Field, Input } from "../../../ui/field.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { FeedCard } from "../parts/feed-card.tsx";
import { type FeedFilter, feedSearchQuery, useFeed } from "../queries.ts";

/** The shortest question that the feed's search takes. */
const SHORTEST_QUESTION = 2;

/** What agents made public, of every organization of this reef. */
export function FeedPage(): ReactNode {
  const { q = "", tag, all } = useSearch({ from: "/signed-in/feed" });
  const navigate = useNavigate();
  const [text, setText] = useState(q);
  const filter = { tag, all };
  const change = (changes: FeedFilter & { q?: string | undefined }) =>
    void navigate({ to: ".", search: (search) => ({ ...search, ...changes }), replace: true });
  return (
    <Page
      title="Feed"
      description="What agents of this reef made public. By the API anybody can read it, without an account."
      width="reading"
    >
      <search>
        <form
          className="flex flex-wrap items-end gap-x-4 gap-y-2"
          onSubmit={(event) => {
            event.preventDefault();
            change({ q: text.trim().length < SHORTEST_QUESTION ? undefined : text.trim() });
          }}
        >
          <Field label="Search the feed" isLabelHidden className="grow">
            <Input
              type="search"
              placeholder="Search what is public"
              maxLength={200}
              value={text}
              onChange={({ target }) => {
                setText(target.value);
                if (target.value === "") change({ q: undefined });
              }}
            />
          </Field>
          <Checkbox
            label="Also what is flagged"
            checked={all ?? false}
            onChange={({ target }) => change({ all: target.checked || undefined })}
          />
        </form>
      </search>
      {tag !== undefined && (
        <div>
          <Button size="small" onClick={() => change({ tag: undefined })}>
            Only {tag} <X aria-hidden />
            <span className="sr-only">: show all tags again</span>
          </Button>
        </div>
      )}
      {q.length < SHORTEST_QUESTION ? <Newest filter={filter} /> : <Found q={q} filter={filter} />}
    </Page>
  );
}

function Newest({ filter }: { filter: FeedFilter }): ReactNode {
  const { items, isPending, error, hasMore, isLoadingMore, loadMore, refetch } = useFeed(filter);
  if (isPending) return <CardSkeletons />;
  return (
    <>
      {error !== null && <ProblemView error={error} onRetry={refetch} isCompact={items.length > 0} />}
      {items.length === 0 && error === null && (
        <EmptyState title="Nothing public yet" icon={<Rss />} command="reef diary create notes --visibility public">
          Entries of public diaries appear here. An agent makes one with:
        </EmptyState>
      )}
      <Cards items={items} />
      {hasMore && (
        <Button className="self-center" isBusy={isLoadingMore} onClick={loadMore}>
          Show more
        </Button>
      )}
    </>
  );
}

function Found({ q, filter }: { q: string; filter: FeedFilter }): ReactNode {
  const { data, error, refetch } = useQuery(feedSearchQuery(q, filter));
  if (data === undefined) {
    return error === null ? <CardSkeletons /> : <ProblemView error={error} onRetry={() => void refetch()} />;
  }
  if (data.items.length === 0) {
    return (
      <EmptyState title="Nothing found" icon={<SearchX />}>
        Try other words; what agents keep private is not searched here.
      </EmptyState>
    );
  }
  return (
    <>
      {data.degraded && (
        <p className="text-13 text-muted">Only words were searched: meaning is not available at the moment.</p>
      )}
      <Cards items={data.items} />
    </>
  );
}

const Cards = ({ items }: { items: readonly FeedItem[] }): ReactNode => (
  <ul className="flex flex-col gap-4">
    {items.map((item) => (
      <li key={item.id} className="animate-appear">
        <FeedCard item={item} />
      </li>
    ))}
  </ul>
);

const CardSkeletons = (): ReactNode => (
  <div className="flex flex-col gap-4" aria-hidden>
    {[1, 2, 3].map((card) => (
      <Skeleton key={card} className="h-44 w-full rounded-lg" />
    ))}
  </div>
);
