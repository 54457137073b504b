const FORM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a value is a UUID: the database refuses a query that takes anything else for one. */
export const isUuid = (value: unknown): value is string => typeof value === "string" && FORM.test(value);
