import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { slugFault } from "../../account/slug.ts";

const PAUSE_MS = 350;

/** Asks whether a slug is free, once nobody types any more; gives the text that says it is taken. */
export function useSlugCheck(slug: string): string | undefined {
  const [settled, setSettled] = useState(slug);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(slug), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [slug]);
  const { data: isFree } = useQuery({
    queryKey: ["organization", "slug", settled],
    queryFn: () => accounts.isSlugFree(settled),
    enabled: slugFault(settled) === undefined,
    staleTime: 5_000,
  });
  return isFree === false && settled === slug ? "Another organization has this slug. Choose another one." : undefined;
}
