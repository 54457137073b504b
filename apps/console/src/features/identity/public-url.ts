/** The reef's own address, which agents use: not that of an organization's subdomain, where people may be. */
export function publicUrl(): string {
  const host = document.querySelector<HTMLMetaElement>('meta[name="reef-host"]')?.content;
  return host ? `${location.protocol}//${host}` : location.origin;
}
