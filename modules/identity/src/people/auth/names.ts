/**
 * How better-auth's models and fields are called in the database: tables in the schema `identity`, columns in snake case.
 * Fields that are not listed have the name of their column.
 */
export const userNames = {
  modelName: "people",
  fields: { emailVerified: "email_verified", createdAt: "created_at", updatedAt: "updated_at" },
} as const;

export const sessionNames = {
  modelName: "sessions",
  fields: {
    userId: "person_id",
    expiresAt: "expires_at",
    ipAddress: "ip_address",
    userAgent: "user_agent",
    createdAt: "created_at",
    updatedAt: "updated_at",
  },
} as const;

export const accountNames = {
  modelName: "accounts",
  fields: {
    userId: "person_id",
    accountId: "account_id",
    providerId: "provider_id",
    accessToken: "access_token",
    refreshToken: "refresh_token",
    idToken: "id_token",
    accessTokenExpiresAt: "access_token_expires_at",
    refreshTokenExpiresAt: "refresh_token_expires_at",
    createdAt: "created_at",
    updatedAt: "updated_at",
  },
} as const;

export const verificationNames = {
  modelName: "verifications",
  fields: { expiresAt: "expires_at", createdAt: "created_at", updatedAt: "updated_at" },
} as const;

export const organizationNames = {
  organization: { modelName: "organizations", fields: { createdAt: "created_at" } },
  member: {
    modelName: "members",
    fields: { organizationId: "organization_id", userId: "person_id", createdAt: "created_at" },
  },
  invitation: {
    modelName: "invitations",
    fields: {
      organizationId: "organization_id",
      inviterId: "inviter_id",
      expiresAt: "expires_at",
      createdAt: "created_at",
    },
  },
  session: { fields: { activeOrganizationId: "active_organization_id" } },
} as const;

export const twoFactorNames = {
  user: { fields: { twoFactorEnabled: "two_factor_enabled" } },
  twoFactor: {
    modelName: "two_factors",
    fields: {
      userId: "person_id",
      backupCodes: "backup_codes",
      failedVerificationCount: "failed_verification_count",
      lockedUntil: "locked_until",
    },
  },
} as const;

export const passkeyNames = {
  passkey: {
    modelName: "passkeys",
    fields: {
      userId: "person_id",
      publicKey: "public_key",
      credentialID: "credential_id",
      deviceType: "device_type",
      backedUp: "backed_up",
      createdAt: "created_at",
    },
  },
} as const;

export const apiKeyNames = {
  apikey: {
    modelName: "api_keys",
    fields: {
      configId: "config_id",
      referenceId: "person_id",
      refillInterval: "refill_interval",
      refillAmount: "refill_amount",
      lastRefillAt: "last_refill_at",
      rateLimitEnabled: "rate_limit_enabled",
      rateLimitTimeWindow: "rate_limit_time_window",
      rateLimitMax: "rate_limit_max",
      requestCount: "request_count",
      lastRequest: "last_request",
      expiresAt: "expires_at",
      createdAt: "created_at",
      updatedAt: "updated_at",
    },
  },
} as const;

export const deviceCodeNames = {
  deviceCode: {
    modelName: "device_codes",
    fields: {
      deviceCode: "device_code",
      userCode: "user_code",
      userId: "person_id",
      clientId: "client_id",
      pollingInterval: "polling_interval",
      lastPolledAt: "last_polled_at",
      expiresAt: "expires_at",
    },
  },
} as const;
