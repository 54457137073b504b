import { X } from "lucide-react";
import { AlertDialog as RadixAlertDialog, Dialog as RadixDialog } from "radix-ui";
import { type ReactElement, type ReactNode, useState } from "react";
import { Button, IconButton } from "./button.tsx";
import { classes } from "./classes.ts";
import { ProblemView } from "./problem-view.tsx";
import { useFocusReturn } from "./use-focus-return.ts";

const veil = "fixed inset-0 z-40 animate-appear bg-veil";
const sheet = classes(
  "fixed z-50 flex animate-rise flex-col gap-4 border bg-raised p-5 shadow-float outline-none",
  "inset-x-0 bottom-0 max-h-[90dvh] overflow-y-auto rounded-t-lg pb-[max(1.25rem,env(safe-area-inset-bottom))]",
  "sm:inset-x-auto sm:top-[12vh] sm:bottom-auto sm:left-1/2 sm:w-[30rem] sm:max-w-[calc(100vw-2rem)] sm:max-h-[76vh]",
  "sm:-translate-x-1/2 sm:rounded-lg",
);

interface DialogProps {
  title: string;
  /** What this is for, in a sentence. */
  description?: ReactNode;
  /** The button that opens it; leave it out and control `isOpen` instead. */
  trigger?: ReactElement;
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  children: ReactNode;
}

/** A dialog: focus stays inside, Esc closes it, and focus returns to where it came from. */
export function Dialog({ title, description, trigger, isOpen, onOpenChange, children }: DialogProps): ReactNode {
  const focusReturn = useFocusReturn();
  return (
    <RadixDialog.Root {...(isOpen !== undefined && { open: isOpen })} {...(onOpenChange && { onOpenChange })}>
      {trigger && <RadixDialog.Trigger asChild>{trigger}</RadixDialog.Trigger>}
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={veil} />
        <RadixDialog.Content
          className={sheet}
          {...focusReturn}
          {...(description === undefined && { "aria-describedby": undefined })}
        >
          <header className="flex items-start justify-between gap-4">
            <RadixDialog.Title className="text-16 font-semibold">{title}</RadixDialog.Title>
            <RadixDialog.Close asChild>
              <IconButton label="Close" icon={<X />} size="small" className="-mt-1 -mr-1" />
            </RadixDialog.Close>
          </header>
          {description !== undefined && (
            <RadixDialog.Description className="-mt-2 text-13 text-muted">{description}</RadixDialog.Description>
          )}
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Closes the dialog around it. */
export const DialogClose = ({ children }: { children: ReactElement }): ReactNode => (
  <RadixDialog.Close asChild>{children}</RadixDialog.Close>
);

/** The row of buttons at the end of a dialog or form; the one that does it stands last. */
export const Actions = ({ children }: { children: ReactNode }): ReactNode => (
  <div className="flex flex-wrap justify-end gap-2">{children}</div>
);

interface FormActionsProps {
  /** The verb of the button that does it: "Create key". */
  action: string;
  isBusy: boolean;
  /** Nothing can be done yet with what the form says. */
  isDisabled?: boolean;
}

/** The end of a form in a dialog: leave it, or do what it is for. */
export const FormActions = ({ action, isBusy, isDisabled = false }: FormActionsProps): ReactNode => (
  <Actions>
    <DialogClose>
      <Button>Cancel</Button>
    </DialogClose>
    <Button kind="primary" type="submit" isBusy={isBusy} disabled={isDisabled}>
      {action}
    </Button>
  </Actions>
);

interface ConfirmDialogProps {
  /** A question: "Revoke the key of otter?" */
  title: string;
  /** What follows at once: "3 workspaces stop at once." */
  consequence: ReactNode;
  /** The verb of the button that does it: "Revoke key". */
  action: string;
  /** Does it. The dialog stays open until it is done, and shows the problem if it fails. */
  onConfirm: () => Promise<unknown>;
  trigger?: ReactElement;
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  /** Red, for what cannot be taken back: unless it is set to false. */
  isDangerous?: boolean;
}

/** Asks before something is done that has consequences, and says which. */
export function ConfirmDialog({
  title,
  consequence,
  action,
  onConfirm,
  trigger,
  isDangerous = true,
  ...given
}: ConfirmDialogProps): ReactNode {
  const focusReturn = useFocusReturn();
  const [ownOpen, setOwnOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const isOpen = given.isOpen ?? ownOpen;
  const change = (open: boolean) => {
    if (isBusy) return;
    setProblem(undefined);
    setOwnOpen(open);
    given.onOpenChange?.(open);
  };
  const confirm = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
      setOwnOpen(false);
      given.onOpenChange?.(false);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <RadixAlertDialog.Root open={isOpen} onOpenChange={change}>
      {trigger && <RadixAlertDialog.Trigger asChild>{trigger}</RadixAlertDialog.Trigger>}
      <RadixAlertDialog.Portal>
        <RadixAlertDialog.Overlay className={veil} />
        <RadixAlertDialog.Content className={sheet} {...focusReturn}>
          <RadixAlertDialog.Title className="text-16 font-semibold">{title}</RadixAlertDialog.Title>
          <RadixAlertDialog.Description asChild>
            <div className="-mt-2 text-14 text-muted">{consequence}</div>
          </RadixAlertDialog.Description>
          {problem !== undefined && <ProblemView error={problem} isCompact />}
          <Actions>
            <RadixAlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </RadixAlertDialog.Cancel>
            <Button kind={isDangerous ? "danger" : "primary"} isBusy={isBusy} onClick={confirm}>
              {action}
            </Button>
          </Actions>
        </RadixAlertDialog.Content>
      </RadixAlertDialog.Portal>
    </RadixAlertDialog.Root>
  );
}
