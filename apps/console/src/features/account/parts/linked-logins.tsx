import type { LinkedLogin, SocialProvider } from "@reef/sdk/accounts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { Time } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { signInOptionsQuery } from "../../identity/queries.ts";
import { loginsQuery } from "../queries.ts";
import { AccountProblem } from "./account-problem.tsx";
import { ProviderMark, providerNames } from "./provider-mark.tsx";

const PAGE = "/account?tab=signing-in";

/** Logins at other services, where the reef offers some or the account has some from before. */
export function LinkedLogins(): ReactNode {
  const { data: options } = useQuery(signInOptionsQuery);
  const { data: logins } = useQuery(loginsQuery);
  if (options === undefined || logins === undefined) return null;
  const linked = logins.filter((login): login is LinkedLogin & { providerId: SocialProvider } =>
    Object.hasOwn(providerNames, login.providerId),
  );
  const others = options.providers.filter((provider) => !linked.some(({ providerId }) => providerId === provider));
  if (linked.length + others.length === 0) return null;
  return (
    <Section title="Other logins" description="Sign in with an account that you have elsewhere.">
      <Card className="p-0">
        <ul aria-label="Other logins" className="divide-y">
          {linked.map((login) => (
            <Linked key={login.id} login={login} isOnly={logins.length === 1} />
          ))}
          {others.map((provider) => (
            <NotLinked key={provider} provider={provider} />
          ))}
        </ul>
      </Card>
    </Section>
  );
}

interface LinkedProps {
  login: LinkedLogin & { providerId: SocialProvider };
  /** Without it nobody could sign in but by a passkey. */
  isOnly: boolean;
}

function Linked({ login: { id, providerId, createdAt }, isOnly }: LinkedProps): ReactNode {
  const queryClient = useQueryClient();
  const name = providerNames[providerId];
  const unlink = async () => {
    await accounts.unlinkLogin(id);
    await queryClient.invalidateQueries({ queryKey: loginsQuery.queryKey });
    toast(`${name} is disconnected.`);
  };
  return (
    <Row provider={providerId} hint={isOnly ? "Your only login; set a password before you disconnect it." : undefined}>
      <span className="text-13 text-muted max-sm:hidden">
        Connected <Time value={createdAt} />
      </span>
      <ConfirmDialog
        trigger={
          <Button size="small" kind="danger" disabled={isOnly} aria-label={`Disconnect ${name}`}>
            Disconnect
          </Button>
        }
        title={`Disconnect ${name}?`}
        consequence={`Your account at ${name} signs you in here no more. You can connect it again.`}
        action="Disconnect"
        onConfirm={unlink}
      />
    </Row>
  );
}

function NotLinked({ provider }: { provider: SocialProvider }): ReactNode {
  const { isBusy, problem, run } = useSubmit();
  const link = async () => {
    const { url } = await accounts.linkProvider({ provider, callbackURL: PAGE, errorCallbackURL: PAGE });
    location.assign(url);
  };
  return (
    <Row provider={provider} below={<AccountProblem problem={problem} />}>
      <Button
        size="small"
        isBusy={isBusy}
        onClick={() => void run(link)}
        aria-label={`Connect ${providerNames[provider]}`}
      >
        Connect
      </Button>
    </Row>
  );
}

interface RowProps {
  provider: SocialProvider;
  hint?: string | undefined;
  below?: ReactNode;
  children: ReactNode;
}

const Row = ({ provider, hint, below, children }: RowProps): ReactNode => (
  <li className="flex min-h-13 flex-col justify-center gap-2 px-4 py-1.5">
    <div className="flex items-center gap-3 [&>svg]:size-4">
      <ProviderMark provider={provider} />
      <div className="min-w-0 grow">
        <p className="font-medium">{providerNames[provider]}</p>
        {hint !== undefined && <p className="text-13 text-muted">{hint}</p>}
      </div>
      {children}
    </div>
    {below}
  </li>
);
