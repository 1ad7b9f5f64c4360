/** Copies a text; answers whether it was. Over plain http browsers have only the old way, by a selection. */
export async function toClipboard(text: string): Promise<boolean> {
  if ('clipboard' in navigator) return navigator.clipboard.writeText(text).then(() => true, () => false)
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.className = 'aside'
  // Inside a dialog, where there is one: what is outside cannot be selected.
  const before = document.activeElement
  ;(before?.parentElement ?? document.body).append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  return done
}
