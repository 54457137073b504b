import type { Mail } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { ExactTime } from "../../../ui/time.tsx";
import { linkedParts } from "../linked-parts.ts";
import { mailQuery } from "../queries.ts";

/** One mail, at the side. Its text is shown, never its HTML; the links in it work. */
export function MailPanel({ id }: PanelProps): ReactNode {
  const { data: mail, error, refetch } = useQuery(mailQuery(id as Mail["id"]));
  return (
    <PanelFrame title={mail?.subject ?? "Mail"} description={mail && `To ${mail.to}`}>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {mail === undefined && error === null && <RowsSkeleton rows={4} />}
      {mail && (
        <>
          <p className="text-13 text-muted">
            <ExactTime value={mail.at} />
          </p>
          <div className="measure whitespace-pre-wrap wrap-anywhere">
            {linkedParts(mail.text, location.origin).map(({ at, text, isLink }) =>
              isLink ? (
                <a key={at} href={text} className="text-accent underline">
                  {text}
                </a>
              ) : (
                text
              ),
            )}
          </div>
        </>
      )}
    </PanelFrame>
  );
}
