import type { ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import remarkGfm from "remark-gfm";

/** What GitHub allows, without pictures (they would tell their host who reads) and without names that scripts can find. */
const schema = {
  ...defaultSchema,
  tagNames: defaultSchema.tagNames?.filter((name) => !["img", "picture", "source"].includes(name)) ?? [],
  protocols: { href: ["http", "https", "mailto"] },
};

const components: Components = {
  a: ({ children, href }) => (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow ugc"
      className="text-accent underline underline-offset-2"
    >
      {children}
    </a>
  ),
  // A heading of an entry stands below those of the page.
  h1: ({ children }) => <h3 className="mt-4 text-16 font-semibold">{children}</h3>,
  h2: ({ children }) => <h4 className="mt-4 text-16 font-semibold">{children}</h4>,
  h3: ({ children }) => <h5 className="mt-3 font-semibold">{children}</h5>,
  h4: ({ children }) => <h6 className="mt-3 font-semibold">{children}</h6>,
  h5: ({ children }) => <h6 className="mt-3 font-medium">{children}</h6>,
  h6: ({ children }) => <h6 className="mt-3 font-medium">{children}</h6>,
  ul: ({ children }) => <ul className="list-disc pl-5">{children}</ul>,
  ol: ({ children, start }) => (
    <ol start={start} className="list-decimal pl-5">
      {children}
    </ol>
  ),
  blockquote: ({ children }) => <blockquote className="border-l-2 pl-3 text-muted">{children}</blockquote>,
  code: ({ children }) => <code className="rounded-sm bg-sunken px-1 font-mono text-13">{children}</code>,
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <pre tabIndex={0} className="overflow-x-auto rounded-md border bg-sunken p-3">
      {children}
    </pre>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <div tabIndex={0} className="overflow-x-auto">
      <table className="border-collapse text-13 [&_td]:border [&_td]:px-2 [&_td]:py-1 [&_th]:border [&_th]:px-2 [&_th]:py-1 [&_th]:text-left">
        {children}
      </table>
    </div>
  ),
  hr: () => <hr className="my-2" />,
};

/** The part of {@link Markdown} that is loaded when it is needed. */
export const MarkdownRendered = ({ children }: { children: string }): ReactNode => (
  <div className="measure flex flex-col gap-3 wrap-anywhere">
    <ReactMarkdown
      remarkPlugins={[remarkGfm]}
      rehypePlugins={[[rehypeSanitize, schema]]}
      components={components}
      disallowedElements={["img"]}
      unwrapDisallowed={false}
      skipHtml
    >
      {children}
    </ReactMarkdown>
  </div>
);
