import { Link, useSearch } from "@tanstack/react-router";
import { type ComponentProps, type ReactNode, use } from "react";
import { RowLink, TextLink } from "../ui/row-link.tsx";
import { PanelLevel } from "./panel-frame.tsx";
import { formatPanels, parsePanels, withPanel } from "./panel-names.ts";

interface PanelLinkProps {
  /** A kind that some feature has registered, and the thing's id. */
  kind: string;
  id: string;
  /** `row`: the whole row of a table is its target. `text`: a link in running text. `plain`: without looks. */
  as?: "row" | "text" | "plain";
  className?: string;
  children: ReactNode;
}

/** Opens a panel; as a real link it can be opened in a new tab and copied. */
export function PanelLink({ kind, id, as = "text", className, children }: PanelLinkProps): ReactNode {
  const level = use(PanelLevel);
  const { panel } = useSearch({ strict: false });
  const next = formatPanels(withPanel(parsePanels(panel), level, { kind, id }));
  const props = {
    to: ".",
    search: (search: object) => ({ ...search, panel: next }),
    resetScroll: false,
    preload: false,
    ...(className !== undefined && { className }),
    children,
  } as unknown as ComponentProps<typeof Link>;
  if (as === "row") return <RowLink {...props} />;
  return as === "text" ? <TextLink {...props} /> : <Link {...props} />;
}
