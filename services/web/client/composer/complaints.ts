/**
 * Says what is wrong beside the field it is about, and takes back what was said before.
 * @returns the first field that something is wrong with
 */
export function complain(form: HTMLFormElement, complaints: Readonly<Record<string, string>>): HTMLElement | undefined {
  for (const said of form.querySelectorAll('[data-complaint]')) said.remove()
  for (const field of form.querySelectorAll('[aria-invalid]')) {
    field.removeAttribute('aria-invalid')
    field.removeAttribute('aria-errormessage')
  }
  let first: HTMLElement | undefined
  for (const [name, sentence] of Object.entries(complaints)) {
    const field = form.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)
    if (!field) continue
    field.setAttribute('aria-invalid', 'true')
    field.setAttribute('aria-errormessage', `said-of-${name}`)
    const said = document.createElement('p')
    said.className = 'complaint'
    said.role = 'alert'
    said.id = `said-of-${name}`
    said.dataset.complaint = name
    said.textContent = sentence
    const box = field.closest('.field, fieldset') ?? field.parentElement
    box?.append(said)
    const folded = field.closest('details')
    if (folded) folded.open = true
    first ??= field
  }
  return first
}
