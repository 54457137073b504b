/** Leaves for where one pays. @throws when that is no page of the web. */
export function goTo(address: string): void {
  if (!/^https?:$/.test(new URL(address).protocol)) throw new Error("Where to pay is no page of the web.");
  location.assign(address);
}
