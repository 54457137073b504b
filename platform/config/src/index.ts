/** The only place that reads the environment: settings are declared as zod schemas and arrive elsewhere as plain values. */
export { ConfigError, loadConfig, type Settings } from "./load-config.ts";
export { flagSetting, listSetting, numberSetting, textSetting } from "./settings.ts";
