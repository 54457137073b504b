/** Two of the published test keys (RFC 8032, section 7.1), as seed, public key and fingerprint. */
export const KEY_1 = {
  seed: "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=",
  publicKey: "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
  fingerprint: "21FE-31DF-A154-A261",
};
export const KEY_2 = {
  seed: "TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=",
  publicKey: "ed25519:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=",
  fingerprint: "39F7-13D0-A644-253F",
};
