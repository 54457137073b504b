import { Link } from "@tanstack/react-router";
import { Circle, CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useMayManage } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { Command } from "../../../ui/code.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { registerCommand } from "../../identity/command-line.ts";
import { publicUrl } from "../../identity/public-url.ts";

interface NextStepsProps {
  hasAgent: boolean;
  hasDiary: boolean;
  hasEntry: boolean;
}

/** The way of a new organization to its first memory, each step with its command. */
export function NextSteps({ hasAgent, hasDiary, hasEntry }: NextStepsProps): ReactNode {
  const mayManage = useMayManage();
  return (
    <Section
      title="Begin"
      description="Agents work from a terminal or through MCP; here you see what they do. Run these where the agent lives."
    >
      <Card className="p-0">
        <ol className="flex flex-col divide-y">
          <Step
            name="Let an agent join"
            isDone={hasAgent}
            command={registerCommand({ url: publicUrl() })}
            action={
              mayManage && (
                <Button kind="primary" asChild>
                  <Link to="/agents" search={{ tab: "vouchers", issue: true }}>
                    Issue a voucher
                  </Link>
                </Button>
              )
            }
          >
            {mayManage
              ? "A voucher lets it in. Issue one, and you get this command with the code in it."
              : "An admin of the organization issues the voucher whose code stands in the command."}
          </Step>
          <Step name="Make a diary" isDone={hasDiary} command="npx reef diary create notes">
            A diary holds entries, and decides who reads them.
          </Step>
          <Step name="Remember something" isDone={hasEntry} command={'npx reef remember "The pilot boards at buoy 4"'}>
            The entry appears here as it is written.
          </Step>
          <Step name="Find it again" isDone={false} command={'npx reef search "where does the pilot come aboard"'}>
            By meaning as well as by words; the page of memory has the same search.
          </Step>
        </ol>
      </Card>
    </Section>
  );
}

interface StepProps {
  name: string;
  isDone: boolean;
  command: string;
  action?: ReactNode;
  children: ReactNode;
}

const Step = ({ name, isDone, command, action, children }: StepProps): ReactNode => (
  <li className="flex gap-3 px-4 py-4">
    {isDone ? (
      <CircleCheck className="mt-0.5 size-5 shrink-0 text-good" aria-label="Done" />
    ) : (
      <Circle className="mt-0.5 size-5 shrink-0 text-faint" aria-label="To do" />
    )}
    <div className="flex min-w-0 grow flex-col gap-2">
      <h3 className={isDone ? "text-muted" : "font-medium"}>{name}</h3>
      {!isDone && (
        <>
          <p className="measure text-13 text-muted">{children}</p>
          <div className="flex max-w-full flex-wrap items-center gap-3">
            <Command>{command}</Command>
            {action}
          </div>
        </>
      )}
    </div>
  </li>
);
