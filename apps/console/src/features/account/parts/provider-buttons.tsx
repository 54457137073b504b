import type { SocialProvider } from "@reef/sdk/accounts";
import type { ReactNode } from "react";
import { accounts } from "../../../session/accounts.ts";
import { safeReturnTo } from "../../../session/return-to.ts";
import { Button } from "../../../ui/button.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { AccountProblem } from "./account-problem.tsx";
import { ProviderMark, providerNames } from "./provider-mark.tsx";

interface ProviderButtonsProps {
  providers: readonly SocialProvider[];
  returnTo: string | undefined;
}

/** Signing in with a login at another service, as far as this reef is set up for some. */
export function ProviderButtons({ providers, returnTo }: ProviderButtonsProps): ReactNode {
  const { isBusy, problem, run } = useSubmit();
  if (providers.length === 0) return null;
  const back = returnTo === undefined ? "" : `?${new URLSearchParams({ return_to: returnTo })}`;
  const begin = async (provider: SocialProvider) => {
    const { url } = await accounts.signInWithProvider({
      provider,
      callbackURL: safeReturnTo(returnTo, location.origin),
      errorCallbackURL: `/sign-in${back}`,
    });
    location.assign(url);
  };
  return (
    <div className="flex flex-col gap-2">
      <p className="flex items-center gap-3 text-12 text-muted before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line">
        or
      </p>
      {providers.map((provider) => (
        <Button key={provider} isBusy={isBusy} onClick={() => void run(() => begin(provider))}>
          <ProviderMark provider={provider} />
          Continue with {providerNames[provider]}
        </Button>
      ))}
      <AccountProblem problem={problem} />
    </div>
  );
}
