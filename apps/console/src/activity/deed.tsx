import type { Activity } from "@reef/sdk";
import type { ReactNode } from "react";
import { PanelLink } from "../panel/panel-link.tsx";
import { classes } from "../ui/classes.ts";
import { RowLink } from "../ui/row-link.tsx";
import { describeOperation } from "./describe-operation.ts";
import { subjectLink } from "./subject-links.ts";

const DELETION = /^memory\.delete(Entry|Diary)$/;

interface DeedProps extends Pick<Activity, "operation" | "subject"> {
  /** No name stands before it, so it begins with a capital. */
  isSentence?: boolean;
}

/** What was done, in words, with a link to what it was done to: the whole of a positioned row is its target. */
export function Deed({ operation, subject, isSentence = false }: DeedProps): ReactNode {
  // What is deleted is nowhere to be seen.
  const link = DELETION.test(operation) ? undefined : subjectLink(subject);
  const text = (
    <span title={operation} className={classes("block truncate", isSentence && "first-letter:uppercase")}>
      {describeOperation(operation)}
    </span>
  );
  if (link === undefined) return <span className="min-w-0">{text}</span>;
  if (link.kind === "diary") {
    return (
      <RowLink to="/memory/diaries/$diaryId" params={{ diaryId: link.id }} className="truncate">
        {text}
      </RowLink>
    );
  }
  return (
    <PanelLink as="row" kind={link.kind} id={link.id} className="truncate">
      {text}
    </PanelLink>
  );
}
