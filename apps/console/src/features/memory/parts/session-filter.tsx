import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";

interface SessionFilterProps {
  session: string;
  onRemove: () => void;
}

/** The session that a list is narrowed to, and the way back to all of them. */
export const SessionFilter = ({ session, onRemove }: SessionFilterProps): ReactNode => (
  <Button size="small" className="max-w-full self-start" onClick={onRemove}>
    <span className="truncate">Session: {session}</span>
    <X aria-hidden />
    <span className="sr-only">Show all sessions</span>
  </Button>
);
