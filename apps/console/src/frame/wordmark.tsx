import type { ReactNode } from "react";
import icon from "./icon.svg";

/** The reef's sign and name. */
export const Wordmark = ({ isShort = false }: { isShort?: boolean }): ReactNode => (
  <span className="inline-flex items-center gap-2 font-semibold">
    <img src={icon} alt={isShort ? "Reef" : ""} className="block size-6" />
    {!isShort && <span className="text-16">Reef</span>}
  </span>
);
