import { useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";

/**
 * After going to another page the focus stands on its heading, so that it is read out and Tab goes on from there; unless the
 * person has gone on to something else while the page was coming: a menu that opened meanwhile would close with its focus.
 */
export function FocusOnArrival(): ReactNode {
  const wanted = useRouterState({ select: ({ location }) => location.pathname });
  const arrived = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const hasGoneOn = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was pressed before is what led to the wanted page.
  useEffect(() => {
    hasGoneOn.current = false;
    const goOn = () => {
      hasGoneOn.current = true;
    };
    for (const kind of INPUTS) addEventListener(kind, goOn, true);
    return () => {
      for (const kind of INPUTS) removeEventListener(kind, goOn, true);
    };
  }, [wanted]);
  useEffect(() => {
    if (arrived === undefined || document.querySelector("[autofocus]")) return;
    const frame = requestAnimationFrame(() => {
      if (hasGoneOn.current && document.activeElement !== document.body) return;
      document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [arrived]);
  return null;
}

const INPUTS = ["pointerdown", "keydown"] as const;
