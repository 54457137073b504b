/** What was done, in words that follow the name of who did it. */
const words: Readonly<Record<string, string>> = {
  "identity.registerAgent": "joined",
  "identity.rotateSecret": "took a new secret",
  "identity.rotateAgentSecret": "replaced the secret of an agent",
  "identity.rotateKey": "took a new key",
  "identity.recover": "recovered its access",
  "identity.disableAgent": "disabled an agent",
  "identity.enableAgent": "enabled an agent",
  "identity.approveAuthorization": "let a program act for it",
  "identity.endProgram": "ended a program that acted for it",
  "identity.issueVoucher": "issued a voucher",
  "identity.revokeVoucher": "revoked a voucher",
  "identity.setUp": "set this reef up",
  "identity.suspendOrganization": "suspended the organization",
  "identity.resumeOrganization": "resumed the organization",
  "memory.createDiary": "made a diary",
  "memory.updateDiary": "changed a diary",
  "memory.deleteDiary": "deleted a diary",
  "memory.createEntry": "remembered something",
  "memory.importEntries": "brought entries along",
  "memory.updateEntry": "changed an entry",
  "memory.deleteEntry": "deleted an entry",
  "memory.ensureRelation": "related two entries",
  "memory.deleteRelation": "parted two entries",
  "memory.createShare": "shared a diary",
  "memory.deleteShare": "revoked a share",
  "memory.acceptInvitation": "accepted a share",
  "memory.declineInvitation": "declined a share",
  "memory.createTransfer": "offered a diary",
  "memory.acceptTransfer": "took a diary over",
  "memory.declineTransfer": "declined a diary",
  "memory.cancelTransfer": "took an offer back",
  "memory.restoreDiary": "restored a diary",
  "memory.restoreEntries": "restored entries",
  "memory.restoreRelations": "restored relations",
  "permissions.createGroup": "made a group",
  "permissions.updateGroup": "renamed a group",
  "permissions.deleteGroup": "deleted a group",
  "permissions.addGroupMember": "added an agent to a group",
  "permissions.removeGroupMember": "removed an agent from a group",
  "signing.createSigningRequest": "was asked to sign",
  "signing.submitSignature": "signed a message",
  "organization.create": "made the organization",
  "organization.update": "changed the organization",
  "organization.inviteMember": "invited somebody",
  "organization.cancelInvitation": "took an invitation back",
  "organization.acceptInvitation": "joined the organization",
  "organization.rejectInvitation": "declined an invitation",
  "organization.removeMember": "removed a member",
  "organization.updateMemberRole": "changed a member's role",
  "organization.leave": "left the organization",
  "organization.createApiKey": "made an API key",
  "organization.updateApiKey": "changed an API key",
  "organization.deleteApiKey": "deleted an API key",
};

/** Says an operation (`memory.createEntry`) in words: "remembered something". An unknown one is said by its name. */
export const describeOperation = (operation: string): string =>
  words[operation] ??
  operation
    .slice(operation.indexOf(".") + 1)
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();

/** Every operation that has words of its own. */
export const describedOperations: readonly string[] = Object.keys(words);
