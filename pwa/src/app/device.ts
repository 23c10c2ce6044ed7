/** Settings of this phone. A browser that forbids storage only forgets them. */
const PREFIX = 'linli.'

/** The setting that a key of the browser's storage belongs to. */
export function settingOf(key: string): string | undefined {
  return key.startsWith(PREFIX) ? key.slice(PREFIX.length) : undefined
}

export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

export function writeSetting(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name)
    else localStorage.setItem(PREFIX + name, value)
  } catch {
    // Nothing to do: the setting holds until the page is closed.
  }
}
