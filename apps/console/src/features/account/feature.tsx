import { Blocks, KeyRound, ShieldCheck, TerminalSquare, UserRound } from "lucide-react";
import type { Feature } from "../../app/feature.ts";

/** The person's own account. */
export const account: Feature = {
  commands: [
    {
      id: "account.profile",
      title: "Go to your account",
      keywords: "profile name e-mail address",
      icon: <UserRound aria-hidden />,
      to: "/account",
    },
    {
      id: "account.signing-in",
      title: "Change how you sign in",
      keywords: "password passkey two-factor authenticator login google github microsoft",
      icon: <ShieldCheck aria-hidden />,
      to: "/account?tab=signing-in",
    },
    {
      id: "account.sessions",
      title: "See where you are signed in",
      keywords: "sessions sign out everywhere devices",
      icon: <TerminalSquare aria-hidden />,
      to: "/account?tab=sessions",
    },
    {
      id: "account.programs",
      title: "See which programs act for you",
      keywords: "mcp oauth connected apps end revoke",
      icon: <Blocks aria-hidden />,
      to: "/account?tab=sessions",
    },
    {
      id: "account.keys",
      title: "Make an API key",
      keywords: "token script program",
      icon: <KeyRound aria-hidden />,
      to: "/account?tab=keys",
    },
  ],
};
