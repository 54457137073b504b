/** Joins class names and leaves out what is not one. Later names do not replace earlier ones: give each property once. */
export const classes = (...names: readonly (string | false | undefined)[]): string => names.filter(Boolean).join(" ");
