import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { Field, Input } from "../../../ui/field.tsx";

interface TagFilterProps {
  value: string | undefined;
  onChange: (tag: string | undefined) => void;
}

/** One tag that all entries must have; taken over when Enter is pressed or the field is left. */
export function TagFilter({ value, onChange }: TagFilterProps): ReactNode {
  const [text, setText] = useState(value ?? "");
  // A tag that was chosen elsewhere, or taken away.
  useEffect(() => setText(value ?? ""), [value]);
  const apply = () => {
    // A comma would part it into two.
    const tag = text.replaceAll(",", " ").trim() || undefined;
    if (tag !== value) onChange(tag);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply();
  };
  return (
    <form onSubmit={submit} className="max-sm:w-full">
      <Field label="Tag" isLabelHidden>
        <Input
          placeholder="Any tag"
          maxLength={50}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onBlur={apply}
          className="sm:w-32!"
        />
      </Field>
    </form>
  );
}
