import { defineAsyncComponent, type Component } from 'vue'
import { allWords } from '@/i18n'

const FIRST = 1_000
const LONGEST = 60_000

/**
 * A part of a page in a file of its own. On a weak line the file may not come: then it is asked for again, less and less
 * often, and the page stands without it. It must never take the page, and what is being written there, with it.
 */
export function part<Part extends Component>(load: () => Promise<{ default: Part }>) {
  return defineAsyncComponent<Part>({
    loader: async () => (await load()).default,
    onError(_fault, again, _giveUp, attempts) {
      const look = () => (document.visibilityState === 'visible' ? again() : later())
      const later = () => setTimeout(look, Math.min(LONGEST, FIRST * 2 ** Math.min(attempts - 1, 6)))
      later()
    },
  })
}

/** A part whose words are those of the offices, which a resident's phone fetches when it needs them. */
export function officePart<Part extends Component>(load: () => Promise<{ default: Part }>) {
  return part(async () => {
    await allWords(true)
    return load()
  })
}

/** A part whose words are not among the first ones: it comes with them, and is asked for again where they do not come. */
export function spokenPart<Part extends Component>(load: () => Promise<{ default: Part }>) {
  return part(async () => {
    await allWords()
    return load()
  })
}
