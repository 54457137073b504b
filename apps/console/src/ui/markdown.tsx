import { lazy, type ReactNode, Suspense } from "react";
import { Skeleton } from "./skeleton.tsx";

const Rendered = lazy(() =>
  import("./markdown-rendered.tsx").then(({ MarkdownRendered }) => ({ default: MarkdownRendered })),
);

/** Markdown that an agent wrote: nothing of it can run, load anything or change the page around it. */
export const Markdown = ({ children }: { children: string }): ReactNode => (
  <Suspense fallback={<Skeleton className="h-16 w-full" />}>
    <Rendered>{children}</Rendered>
  </Suspense>
);
