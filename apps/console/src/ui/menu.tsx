import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { classes } from "./classes.ts";

const item =
  "flex min-h-(--row) cursor-default items-center gap-2 rounded-sm px-2 text-14 outline-none select-none " +
  "data-highlighted:bg-hover data-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted";

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  align?: "start" | "end";
  children: ReactNode;
}

/** A menu behind a button: arrow keys, first letters, Esc. */
export const Menu = ({ trigger, align = "start", children }: MenuProps): ReactNode => (
  // Not modal: what lies behind a menu stays what it is, for fingers, wheels and screen readers.
  <DropdownMenu.Root modal={false}>
    <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        align={align}
        sideOffset={4}
        collisionPadding={8}
        className="z-50 max-h-[70vh] min-w-48 max-w-80 animate-rise overflow-y-auto rounded-lg border bg-raised p-1 shadow-float"
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  </DropdownMenu.Root>
);

interface MenuItemProps {
  children: ReactNode;
  icon?: ReactNode;
  onSelect?: () => void;
  isDangerous?: boolean;
  isDisabled?: boolean;
  /** The one child is a link. */
  asChild?: boolean;
}

/** One thing to do. */
export const MenuItem = ({
  children,
  icon,
  onSelect,
  isDangerous,
  isDisabled = false,
  asChild = false,
}: MenuItemProps): ReactNode => (
  <DropdownMenu.Item
    asChild={asChild}
    disabled={isDisabled}
    {...(onSelect && { onSelect })}
    className={classes(item, isDangerous && "text-bad [&_svg]:text-bad")}
  >
    {asChild ? (
      children
    ) : (
      <>
        {icon}
        <span className="min-w-0 grow truncate">{children}</span>
      </>
    )}
  </DropdownMenu.Item>
);

interface MenuChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: ReactNode; hint?: string }[];
  onChange: (value: Value) => void;
}

/** One of several, marked with a tick. */
export const MenuChoice = <Value extends string>({
  label,
  value,
  options,
  onChange,
}: MenuChoiceProps<Value>): ReactNode => (
  <DropdownMenu.RadioGroup aria-label={label} value={value} onValueChange={(chosen) => onChange(chosen as Value)}>
    <DropdownMenu.Label className="px-2 py-1 text-12 text-muted">{label}</DropdownMenu.Label>
    {options.map((option) => (
      <DropdownMenu.RadioItem key={option.value} value={option.value} className={item}>
        <span className="min-w-0 grow truncate">{option.label}</span>
        {option.hint !== undefined && <span className="text-12 text-muted">{option.hint}</span>}
        <DropdownMenu.ItemIndicator>
          <Check aria-hidden />
        </DropdownMenu.ItemIndicator>
      </DropdownMenu.RadioItem>
    ))}
  </DropdownMenu.RadioGroup>
);

/** A hairline between groups. */
export const MenuLine = (): ReactNode => <DropdownMenu.Separator className="-mx-1 my-1 border-t" />;

/** Words at the head of a group. */
export const MenuLabel = ({ children }: { children: ReactNode }): ReactNode => (
  <DropdownMenu.Label className="px-2 py-1.5 text-13">{children}</DropdownMenu.Label>
);
