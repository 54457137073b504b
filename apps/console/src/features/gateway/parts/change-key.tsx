import type { GatewayKey } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ChangedMeanwhile } from "../../../ui/changed-meanwhile.tsx";
import { Dialog, FormActions } from "../../../ui/dialog.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useGuardedSave } from "../../../ui/use-guarded-save.ts";
import { describeKey, endIn, keyLives, limitsOf } from "../key-limits.ts";
import type { KeyPrivacy } from "../key-privacy.ts";
import { KeyLimits } from "./key-limits.tsx";
import { KeyPrivacyFields } from "./key-privacy-fields.tsx";

/** Opens the form that changes a key. */
export function ChangeKeyButton({ gatewayKey }: { gatewayKey: GatewayKey }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog
      title={`Change the key ${gatewayKey.name}`}
      description="It holds within a second. Its secret stays the same."
      trigger={<Button>Change</Button>}
      isOpen={isOpen}
      onOpenChange={setOpen}
    >
      {isOpen && <Form gatewayKey={gatewayKey} onDone={() => setOpen(false)} />}
    </Dialog>
  );
}

/** Its end stays as it is. */
const SAME_END = "same";

function Form({ gatewayKey, onDone }: { gatewayKey: GatewayKey; onDone: () => void }): ReactNode {
  const keyId = gatewayKey.id;
  const queryClient = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  // What the form began with: its version guards the change.
  const [from, setFrom] = useState(gatewayKey);
  const [models, setModels] = useState(gatewayKey.models as readonly string[] | null);
  const [privacy, setPrivacy] = useState<KeyPrivacy>({ capture: gatewayKey.capture, cache: gatewayKey.cache });
  const [mine, setMine] = useState("");
  const change = () => {
    const fields = new FormData(form.current ?? undefined);
    const read = (name: string) => String(fields.get(name) ?? "");
    const end = read("end");
    return {
      name: read("name").trim(),
      ...limitsOf({ models, requests: read("requests"), tokens: read("tokens") }),
      ...privacy,
      ...(end !== SAME_END && { expiresAt: endIn(end) }),
    };
  };
  const renew = () => queryClient.invalidateQueries({ queryKey: ["gateway", "keys"] });
  const guarded = useGuardedSave<GatewayKey>({
    from,
    async save(version) {
      setMine(describeKey({ ...from, ...change() }));
      await reef.gateway.updateKey({ keyId, ...change() }, { ifMatch: version });
      await renew();
      onDone();
      toast("Key changed.");
    },
    read: () => reef.gateway.getKey({ keyId }),
    onTheirs(theirs) {
      setFrom(theirs);
      setModels(theirs.models);
      setPrivacy({ capture: theirs.capture, cache: theirs.cache });
      void renew();
    },
  });
  return (
    <form
      ref={form}
      // The fields begin anew with what somebody else left.
      key={from.version}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void guarded.save();
      }}
    >
      <Field label="Name">
        <Input name="name" autoComplete="off" required autoFocus maxLength={64} defaultValue={from.name} />
      </Field>
      <Field label="Works until">
        <Select name="end" defaultValue={SAME_END}>
          <option value={SAME_END}>{from.expiresAt === null ? "nobody revokes it" : endName(from.expiresAt)}</option>
          {keyLives.map(({ days, label }) => (
            <option key={days} value={days}>
              {label} from now
            </option>
          ))}
          {from.expiresAt !== null && <option value="">nobody revokes it</option>}
        </Select>
      </Field>
      <KeyLimits limits={from} models={models} onModels={setModels} />
      <KeyPrivacyFields privacy={privacy} onChange={setPrivacy} />
      {guarded.theirs !== undefined && (
        <ChangedMeanwhile
          what="key"
          theirs={describeKey(guarded.theirs)}
          mine={mine}
          isBusy={guarded.isBusy}
          onTheirs={guarded.takeTheirs}
          onMine={() => void guarded.saveOverTheirs()}
        />
      )}
      {guarded.problem !== undefined && <ProblemView error={guarded.problem} isCompact />}
      {guarded.theirs === undefined && (
        <FormActions action="Change key" isBusy={guarded.isBusy} isDisabled={models?.length === 0} />
      )}
    </form>
  );
}

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });

/** "31 January 2027", or that this is over. */
function endName(expiresAt: string): string {
  const name = day.format(new Date(expiresAt));
  return Date.parse(expiresAt) < Date.now() ? `${name}, which is over` : name;
}
