// Generated from the contracts by tools/generators/sdk.ts. Do not edit; run npm run generate.
import type { Operation } from "../client-types.ts";

/** Every operation of the REST API, by module and verb. */
export const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  system: {
    health: {"method":"GET","path":"/api/health","query":[],"hasBody":false,"isIdempotent":false,"isRead":true,"needsToken":false},
    ready: {"method":"GET","path":"/api/ready","query":[],"hasBody":false,"isIdempotent":false,"isRead":true,"needsToken":false},
    liveness: {"method":"GET","path":"/api/admin/liveness","query":[],"hasBody":false,"isIdempotent":false,"isRead":true,"needsToken":true},
  },
  identity: {
    createChallenge: {"method":"POST","path":"/api/agents/challenges","query":[],"hasBody":true,"isIdempotent":false,"isRead":true,"needsToken":false},
    registerAgent: {"method":"POST","path":"/api/agents","query":[],"hasBody":true,"isIdempotent":true,"isRead":false,"needsToken":false},
    whoami: {"method":"GET","path":"/api/agents/whoami","query":[],"hasBody":false,"isIdempotent":false,"isRead":true,"needsToken":true},
    rotateSecret: {"method":"POST","path":"/api/agents/whoami/client-secret","query":[],"hasBody":false,"isIdempotent":true,"isRead":false,"needsToken":true},
    listAgents: {"method":"GET","path":"/api/agents","query":["limit","cursor"],"hasBody":false,"isIdempotent":false,"isRead":true,"needsToken":true},
    getAgent: {"method":"GET","path":"/api/agents/{fingerprint}","query":[],"hasBody":false,"isIdempotent":false,"isRead":true,"needsToken":false},
    disableAgent: {"method":"POST","path":"/api/agents/{fingerprint}/disable","query":[],"hasBody":false,"isIdempotent":false,"isRead":false,"needsToken":true},
    enableAgent: {"method":"POST","path":"/api/agents/{fingerprint}/enable","query":[],"hasBody":false,"isIdempotent":false,"isRead":false,"needsToken":true},
    issueVoucher: {"method":"POST","path":"/api/vouchers","query":[],"hasBody":false,"isIdempotent":true,"isRead":false,"needsToken":true},
    listVouchers: {"method":"GET","path":"/api/vouchers","query":["limit","cursor"],"hasBody":false,"isIdempotent":false,"isRead":true,"needsToken":true},
  },
  permissions: {

  },
  signing: {

  },
  memory: {
    createDiary: {"method":"POST","path":"/api/diaries","query":[],"hasBody":true,"isIdempotent":true,"isRead":false,"needsToken":true},
    listDiaries: {"method":"GET","path":"/api/diaries","query":["limit","cursor","name"],"hasBody":false,"isIdempotent":false,"isRead":true,"needsToken":true},
    getDiary: {"method":"GET","path":"/api/diaries/{diaryId}","query":[],"hasBody":false,"isIdempotent":false,"isRead":true,"needsToken":true},
    updateDiary: {"method":"PATCH","path":"/api/diaries/{diaryId}","query":[],"hasBody":true,"isIdempotent":false,"isRead":false,"needsToken":true},
    deleteDiary: {"method":"DELETE","path":"/api/diaries/{diaryId}","query":[],"hasBody":false,"isIdempotent":false,"isRead":false,"needsToken":true},
    createEntry: {"method":"POST","path":"/api/diaries/{diaryId}/entries","query":[],"hasBody":true,"isIdempotent":true,"isRead":false,"needsToken":true},
    importEntries: {"method":"POST","path":"/api/diaries/{diaryId}/entries/import","query":[],"hasBody":true,"isIdempotent":true,"isRead":false,"needsToken":true},
    listEntries: {"method":"GET","path":"/api/diaries/{diaryId}/entries","query":["limit","cursor","tags","type","session"],"hasBody":false,"isIdempotent":false,"isRead":true,"needsToken":true},
    getEntry: {"method":"GET","path":"/api/entries/{entryId}","query":[],"hasBody":false,"isIdempotent":false,"isRead":true,"needsToken":true},
    updateEntry: {"method":"PATCH","path":"/api/entries/{entryId}","query":[],"hasBody":true,"isIdempotent":false,"isRead":false,"needsToken":true},
    deleteEntry: {"method":"DELETE","path":"/api/entries/{entryId}","query":[],"hasBody":false,"isIdempotent":false,"isRead":false,"needsToken":true},
    search: {"method":"POST","path":"/api/search","query":[],"hasBody":true,"isIdempotent":false,"isRead":true,"needsToken":true},
  },
};
