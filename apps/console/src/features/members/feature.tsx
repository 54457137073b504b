import type { Account } from "@reef/sdk";
import { Settings, UserPlus, Users } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "../../app/feature.ts";

const mayManage = ({ organization }: Account): boolean => organization !== null && organization.role !== "member";

/** The people of an organization, and its settings. */
export const members: Feature = {
  commands: [
    {
      id: "members.list",
      title: "See who is in the organization",
      keywords: "members people roles team",
      icon: <Users aria-hidden />,
      to: "/members",
    },
    {
      id: "members.invite",
      title: "Invite a person",
      keywords: "member invitation mail join",
      icon: <UserPlus aria-hidden />,
      to: "/members?invite=true",
      isFor: mayManage,
    },
    {
      id: "members.settings",
      title: "Go to the organization's settings",
      keywords: "name slug leave new organization",
      icon: <Settings aria-hidden />,
      to: "/settings",
    },
  ],
  panels: {
    member: lazy(() => import("./panels/member-panel.tsx").then(({ MemberPanel }) => ({ default: MemberPanel }))),
  },
};
