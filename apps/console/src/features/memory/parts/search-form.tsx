import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Checkbox, Field, Input, Select } from "../../../ui/field.tsx";
import { countSearchFilters, type SearchAddress } from "../address.ts";
import { diaryChoicesQuery, diaryQuery } from "../queries.ts";
import { DaySpan } from "./day-span.tsx";
import { TypeSelect } from "./entry-filters.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { SessionFilter } from "./session-filter.tsx";
import { TagFilter } from "./tag-filter.tsx";

interface SearchFormProps {
  search: SearchAddress;
  onChange: (changes: SearchAddress) => void;
}

/** After this long without a letter the search is made; Enter makes it at once. */
const REST_MS = 450;

/** The question and what narrows it; all of it goes into the address. */
export function SearchForm({ search, onChange }: SearchFormProps): ReactNode {
  const { q, type, tag, session, from, to, latest, prefer } = search;
  return (
    <search className="flex flex-col gap-3">
      <Question value={q} onChange={(question) => onChange({ q: question })} />
      <FilterBar count={countSearchFilters(search)}>
        <DiarySelect value={search.diary} onChange={(diary) => onChange({ diary })} />
        <TypeSelect value={type} onChange={(chosen) => onChange({ type: chosen })} />
        <TagFilter value={tag} onChange={(chosen) => onChange({ tag: chosen })} />
        <DaySpan from={from} to={to} onChange={onChange} />
        <Field label="Order" isLabelHidden className="max-sm:w-full">
          <Select
            value={prefer ?? ""}
            onChange={({ target: { value } }) =>
              onChange({ prefer: value === "new" || value === "important" ? value : undefined })
            }
            className="sm:w-auto!"
          >
            <option value="">Best first</option>
            <option value="new">Prefer new ones</option>
            <option value="important">Prefer important ones</option>
          </Select>
        </Field>
        <Checkbox
          label="Without superseded"
          checked={latest === "yes"}
          onChange={({ target }) => onChange({ latest: target.checked ? "yes" : undefined })}
        />
      </FilterBar>
      {session !== undefined && <SessionFilter session={session} onRemove={() => onChange({ session: undefined })} />}
    </search>
  );
}

interface QuestionProps {
  value: string | undefined;
  onChange: (question: string | undefined) => void;
}

function Question({ value = "", onChange }: QuestionProps): ReactNode {
  const [text, setText] = useState(value);
  const [isOpenedToAsk] = useState(value === "");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // What this field has put into the address itself; anything else there came by a link or the browser's buttons.
  const own = useRef(value);
  useEffect(() => {
    if (value === own.current) return;
    own.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (question: string) => {
    clearTimeout(timer.current);
    const wanted = question.trim();
    if (wanted === own.current) return;
    own.current = wanted;
    onChange(wanted || undefined);
  };
  const write = (written: string) => {
    setText(written);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => ask(written), REST_MS);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask(text);
  };
  return (
    <form onSubmit={submit}>
      <Field label="Search entries" isLabelHidden>
        <Input
          type="search"
          {...(isOpenedToAsk && { ref: beginHere })}
          placeholder="What do your agents know about …"
          maxLength={500}
          value={text}
          onChange={({ target }) => write(target.value)}
          className="h-11! text-16!"
        />
      </Field>
    </form>
  );
}

/** The frame puts the focus on a page's heading, unless something on the page says that one begins there. */
function beginHere(field: HTMLInputElement | null): void {
  field?.setAttribute("autofocus", "");
  field?.focus();
}

interface DiarySelectProps {
  value: SearchAddress["diary"];
  onChange: (diary: SearchAddress["diary"]) => void;
}

/** One diary, or all of the organization. */
function DiarySelect({ value, onChange }: DiarySelectProps): ReactNode {
  const { data } = useQuery(diaryChoicesQuery);
  const choices = data?.items ?? [];
  const isOffered = value === undefined || choices.some(({ id }) => id === value);
  return (
    <Field label="Diary" isLabelHidden className="max-sm:w-full">
      <Select
        value={value ?? ""}
        onChange={({ target }) => onChange((target.value || undefined) as SearchAddress["diary"])}
        className="sm:w-44!"
      >
        <option value="">All diaries</option>
        {!isOffered && <OtherDiary diaryId={value} />}
        {choices.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** A diary that the address names, and that is not among those offered. */
function OtherDiary({ diaryId }: { diaryId: NonNullable<SearchAddress["diary"]> }): ReactNode {
  const { data } = useQuery(diaryQuery(diaryId));
  return <option value={diaryId}>{data?.name ?? diaryId}</option>;
}
