/** Forms that hold unsent words: while one does, the app never reloads itself. */
const forms = new Set<() => boolean>()

/** Registers a form; call the returned function when it leaves. */
export function markDirty(isDirty: () => boolean): () => void {
  forms.add(isDirty)
  return () => forms.delete(isDirty)
}

export function anyDirty(): boolean {
  for (const isDirty of forms) if (isDirty()) return true
  return false
}
