import type { Model, Provider } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { dollarsText, microsOf } from "../../../ui/amounts.ts";
import { Button } from "../../../ui/button.tsx";
import { Actions, Dialog, DialogClose, FormActions } from "../../../ui/dialog.tsx";
import { Field, Input, TextArea } from "../../../ui/field.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { providerCalls } from "../provider-calls.ts";
import { describePrice, namesOf } from "../provider-words.ts";
import { useProviderModels } from "../queries.ts";

const columns: readonly Column<Model>[] = [
  {
    name: "Model",
    width: "minmax(0, 1fr)",
    cell: ({ name }) => (
      <span title={name} className="truncate font-mono text-13">
        {name}
      </span>
    ),
  },
  {
    name: "For a million tokens",
    width: "10.5rem",
    align: "end",
    cell: ({ price, priceSource }) => (
      <span
        className="truncate text-13 text-muted"
        title={priceSource === "list" ? "Of the reef's price list" : "Set here"}
      >
        {price === null ? "No price: counts as free" : describePrice(price)}
      </span>
    ),
  },
];

/** A provider's models with what they cost; those who manage it set prices and name models. */
export function ProviderModels({ provider, mayChange }: { provider: Provider; mayChange: boolean }): ReactNode {
  const [priced, setPriced] = useState<Model>();
  const [isNaming, setNaming] = useState(false);
  const managed: readonly Column<Model>[] = [
    ...columns,
    {
      name: "Actions",
      isNameHidden: true,
      width: "3.5rem",
      align: "end",
      cell: (model) => (
        <Button
          size="small"
          kind="quiet"
          aria-label={`Set the price of ${model.name}`}
          onClick={() => setPriced(model)}
        >
          Price
        </Button>
      ),
    },
  ];
  return (
    <Section
      title="Models"
      description={`Ask for one by its name, or by ${provider.slug}/name to get exactly this provider's.`}
      actions={
        mayChange && (
          <Button size="small" onClick={() => setNaming(true)}>
            Name models
          </Button>
        )
      }
    >
      <Table
        label="Models of the provider"
        pages={useProviderModels(provider.id)}
        keyOf={({ id }) => id}
        columns={mayChange ? managed : columns}
        empty={<p className="text-muted">It serves no model yet. Fetch its models, or name them.</p>}
      />
      <Dialog
        title={`Price of ${priced?.name ?? ""}`}
        description="In dollars for a million tokens. Calls keep the price that they were made at."
        isOpen={priced !== undefined}
        onOpenChange={(isOpen) => !isOpen && setPriced(undefined)}
      >
        {priced && <PriceForm provider={provider} model={priced} onDone={() => setPriced(undefined)} />}
      </Dialog>
      <Dialog
        title={`Models of ${provider.name}`}
        description="One a line, as the provider calls them. Prices stay with their models."
        isOpen={isNaming}
        onOpenChange={setNaming}
      >
        {isNaming && <NamesForm provider={provider} onDone={() => setNaming(false)} />}
      </Dialog>
    </Section>
  );
}

interface FormProps {
  provider: Provider;
  onDone: () => void;
}

function PriceForm({ provider, model: { name, price, priceSource }, onDone }: FormProps & { model: Model }): ReactNode {
  const queryClient = useQueryClient();
  const save = async (set: { inputMicros: number; outputMicros: number } | undefined) => {
    const models = provider.models.map((each) => {
      if (each.name !== name) return each;
      // What was set beside these two, such as the price of cached input, stays.
      return set === undefined ? { name } : { name, price: { ...each.price, ...set } };
    });
    await providerCalls(provider.scope).update(provider, { models });
    await queryClient.invalidateQueries({ queryKey: ["gateway"] });
    onDone();
    toast(set === undefined ? "The price is that of the price list again." : "Price set.");
  };
  const form = useSubmit(({ input = "", output = "" }) =>
    save({ inputMicros: microsOf(input) ?? 0, outputMicros: microsOf(output) ?? 0 }),
  );
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Input">
          <Input
            name="input"
            type="number"
            min={0}
            max={1_000_000}
            step="any"
            required
            autoFocus
            defaultValue={dollarsText(price?.inputMicros ?? null)}
          />
        </Field>
        <Field label="Output">
          <Input
            name="output"
            type="number"
            min={0}
            max={1_000_000}
            step="any"
            required
            defaultValue={dollarsText(price?.outputMicros ?? null)}
          />
        </Field>
      </div>
      {form.problem !== undefined && <ProblemView error={form.problem} isCompact />}
      <Actions>
        {priceSource === "provider" && (
          <Button kind="quiet" onClick={() => void form.run(() => save(undefined))}>
            Take the price list's
          </Button>
        )}
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button kind="primary" type="submit" isBusy={form.isBusy}>
          Set price
        </Button>
      </Actions>
    </form>
  );
}

function NamesForm({ provider, onDone }: FormProps): ReactNode {
  const queryClient = useQueryClient();
  const form = useSubmit(async ({ names = "" }) => {
    const known = new Map(provider.models.map((model) => [model.name, model]));
    const models = namesOf(names).map((name) => known.get(name) ?? { name });
    await providerCalls(provider.scope).update(provider, { models });
    await queryClient.invalidateQueries({ queryKey: ["gateway"] });
    onDone();
    toast("Models changed.");
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field label="Models">
        <TextArea
          name="names"
          rows={10}
          spellCheck={false}
          autoFocus
          className="font-mono text-13"
          defaultValue={provider.models.map(({ name }) => name).join("\n")}
        />
      </Field>
      {form.problem !== undefined && <ProblemView error={form.problem} isCompact />}
      <FormActions action="Save" isBusy={form.isBusy} />
    </form>
  );
}
