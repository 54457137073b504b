import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./button.tsx";
import { saveFile } from "./save-file.ts";
import { toastProblem } from "./toast.tsx";
import { useSubmit } from "./use-submit.ts";

interface SaveButtonProps extends Pick<ButtonProps, "kind" | "size"> {
  /** Gets the file, and what it is called. */
  fetch: () => Promise<{ name: string; file: Blob }>;
  children: ReactNode;
}

/** Gets a file from the reef, and has the browser keep it. */
export function SaveButton({ fetch, children, ...looks }: SaveButtonProps): ReactNode {
  const { isBusy, run } = useSubmit();
  const save = async () => {
    try {
      const { name, file } = await fetch();
      saveFile(file, name);
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <Button {...looks} isBusy={isBusy} onClick={() => void run(save)}>
      {children}
    </Button>
  );
}
