import { onBeforeUnmount, onMounted, ref } from 'vue'
import { readSetting, writeSetting } from '@/app/device'

/** Single letters can be switched off by whoever speaks to the machine or types by accident. */
export const lettersOn = ref(readSetting('desk_keys') !== '0')

export function setLetters(on: boolean): void {
  lettersOn.value = on
  writeSetting('desk_keys', on ? null : '0')
}

export interface DeskKeys {
  move: (by: 1 | -1) => void
  open: () => boolean
  back: (fromField: HTMLElement | null) => void
  letter: (letter: string) => boolean
}

const MOVES: Record<string, 1 | -1> = { ArrowDown: 1, ArrowUp: -1 }
const LETTER_MOVES: Record<string, 1 | -1> = { j: 1, k: -1 }

function fieldOf(event: KeyboardEvent): HTMLElement | null {
  return (event.target as HTMLElement).closest<HTMLElement>('input:not([type="checkbox"]), textarea, select, [contenteditable]')
}

function inQueue(event: KeyboardEvent): boolean {
  const element = event.target as HTMLElement
  return element === document.body || element.id === 'content' || element.closest('[data-queue]') !== null
}

/** The keys of the desk. A field keeps its letters, an open sheet keeps everything. */
export function useDeskKeys(keys: DeskKeys, active: () => boolean): void {
  function pressed(event: KeyboardEvent): void {
    if (!active() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (document.querySelector('dialog[open]')) return
    const field = fieldOf(event)
    if (event.key === 'Escape') {
      keys.back(field)
      return
    }
    if (field) return
    if (handle(event)) event.preventDefault()
  }

  function handle(event: KeyboardEvent): boolean {
    const by = inQueue(event) ? MOVES[event.key] : undefined
    const letterBy = lettersOn.value ? LETTER_MOVES[event.key] : undefined
    const step = by ?? letterBy
    if (step) {
      keys.move(step)
      return true
    }
    // Enter on a link or a button does what that link or button does.
    if (event.key === 'Enter' && !(event.target as HTMLElement).closest('a, button')) return keys.open()
    return lettersOn.value && keys.letter(event.key)
  }

  onMounted(() => document.addEventListener('keydown', pressed))
  onBeforeUnmount(() => document.removeEventListener('keydown', pressed))
}
