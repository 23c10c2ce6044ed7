/**
 * The page's policy (require-trusted-types-for 'script') takes no plain text as the address of a script. Our own two
 * kinds of script file pass; any other address is refused here, wherever it came from.
 */
interface Policy {
  createScriptURL: (address: string) => unknown
}

interface Factory {
  createPolicy: (name: string, rules: { createScriptURL: (address: string) => string }) => Policy
}

let policy: Policy | undefined

function ours(address: string): string {
  const url = new URL(address, location.origin)
  if (url.origin === location.origin && (url.pathname === '/sw.js' || url.pathname.startsWith('/assets/') || import.meta.env.DEV)) return address
  throw new TypeError(`not a script of ours: ${address}`)
}

/** An address that may be given to new Worker and serviceWorker.register. */
export function scriptAddress(address: string): string {
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes
  if (!factory) return ours(address)
  policy ??= factory.createPolicy('linli', { createScriptURL: ours })
  return policy.createScriptURL(address) as string
}
