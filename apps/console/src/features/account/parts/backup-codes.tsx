import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { CopyButton } from "../../../ui/code.tsx";
import { Actions } from "../../../ui/dialog.tsx";
import { saveFile } from "../../../ui/save-file.ts";
import { Notice } from "./signed-out-page.tsx";

/** The backup codes, shown this once. */
export function BackupCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }): ReactNode {
  const text = `${codes.join("\n")}\n`;
  const download = () => saveFile(new Blob([text], { type: "text/plain" }), "reef-backup-codes.txt");
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">
        Keep these backup codes where you find them without your telephone. Each signs you in once in place of the app.
      </p>
      <ul aria-label="Backup codes" className="grid grid-cols-2 gap-x-6 gap-y-1 rounded-md border bg-sunken p-3">
        {codes.map((code) => (
          <li key={code} className="font-mono text-13">
            {code}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" onClick={download}>
          <Download aria-hidden />
          Save as a file
        </Button>
        <CopyButton text={text} label="Copy the codes" />
      </div>
      <Notice tone="warn">They are shown this once. Without app and codes nobody can get you in.</Notice>
      <Actions>
        <Button kind="primary" onClick={onKept} autoFocus>
          I have kept them
        </Button>
      </Actions>
    </div>
  );
}
