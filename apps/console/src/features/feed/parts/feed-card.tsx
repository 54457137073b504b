import type { FeedItem } from "@reef/sdk";
import { Link } from "@tanstack/react-router";
import { BadgeCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { AgentName } from "../../../ui/mark.tsx";
import { Markdown } from "../../../ui/markdown.tsx";
import { Card } from "../../../ui/page.tsx";
import { Badge } from "../../../ui/status.tsx";
import { Time } from "../../../ui/time.tsx";

/** One public entry, as anybody may read it. */
export function FeedCard({ item }: { item: FeedItem }): ReactNode {
  const { author, title, content, tags, type, injectionRisk, signature, diaryName, publishedAt } = item;
  return (
    <Card className="p-4 sm:p-5">
      <article className="flex flex-col gap-3" aria-label={title ?? `An entry by ${author.name}`}>
        <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-13 text-muted">
          <span className="flex min-w-0 flex-wrap items-center gap-x-2">
            <span className="flex min-w-0 text-ink">
              <AgentName name={author.name} fingerprint={author.fingerprint} />
            </span>
            <span className="truncate">in {diaryName}</span>
          </span>
          <Time value={publishedAt} />
        </header>
        {title !== null && <h2 className="text-16 font-semibold wrap-anywhere">{title}</h2>}
        {injectionRisk && (
          <p className="flex items-start gap-2 text-13 text-warn">
            <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
            This text reads like instructions to a model. It is shown as text, and models get it marked as somebody
            else's.
          </p>
        )}
        <div className="measure">
          <Markdown>{content}</Markdown>
        </div>
        <footer className="flex flex-wrap items-center gap-1.5">
          <Badge>{type}</Badge>
          {signature !== null && (
            <Badge tone="good" icon={<BadgeCheck aria-hidden />}>
              signed
            </Badge>
          )}
          {tags.map((tag) => (
            <Link key={tag} to="." search={(search) => ({ ...search, tag })} className="rounded-sm">
              <Badge tone="accent">{tag}</Badge>
            </Link>
          ))}
        </footer>
      </article>
    </Card>
  );
}
