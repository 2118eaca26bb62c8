/**
 * Likes, saves and follows answer at once, and change back if the server says no.
 *
 * A form[data-toggle] does one thing or its opposite, and the page that has it says how both look. So do the elements around it, of the
 * same article or [data-toggles], that are data-toggled-by it.
 * data-other: what the form's action, the button's label, or an element's text would be otherwise. An element without is shown or hidden.
 * data-other-class, data-other-text: the same of the button's class and its text.
 */
import { say } from './say.ts'
import { No, send } from './send.ts'

interface Toggle {
  /** Whether it is seen to be otherwise than the page has come with, and whether the server knows. */
  isOther: boolean
  isKnown: boolean
  isSending: boolean
}

const toggles = new WeakMap<HTMLFormElement, Toggle>()

document.addEventListener('submit', (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || form.dataset.toggle === undefined) return
  event.preventDefault()
  const toggle = toggles.get(form) ?? { isOther: false, isKnown: false, isSending: false }
  toggles.set(form, toggle)
  turn(form, toggle)
  if (!toggle.isSending) void tell(form, toggle)
})

/** Has the server follow, until it knows what is seen; whoever changes their mind meanwhile is understood. */
async function tell(form: HTMLFormElement, toggle: Toggle): Promise<void> {
  toggle.isSending = true
  while (toggle.isOther !== toggle.isKnown) {
    const wanted = toggle.isOther
    // What the form would do next is the opposite of what is seen.
    const action = form.dataset.other ?? ''
    try {
      await send(action, form)
      toggle.isKnown = wanted
    } catch (error) {
      if (toggle.isOther !== toggle.isKnown) turn(form, toggle)
      say(error instanceof No ? error.message : '')
    }
  }
  toggle.isSending = false
}

function turn(form: HTMLFormElement, toggle: Toggle): void {
  toggle.isOther = !toggle.isOther
  swap(form, 'action', 'other')
  for (const button of form.querySelectorAll('button')) {
    swap(button, 'aria-label', 'other')
    swap(button, 'class', 'otherClass')
    if (button.dataset.otherText !== undefined) swapText(button, 'otherText')
    if (button.ariaPressed) button.ariaPressed = button.ariaPressed === 'true' ? 'false' : 'true'
  }
  const around = form.closest('article, [data-toggles]')
  if (!around) return
  for (const element of around.querySelectorAll<HTMLElement>(`[data-toggled-by="${form.dataset.toggle}"]`)) {
    if (element.dataset.other === undefined) {
      element.hidden = !element.hidden
    } else {
      swapText(element, 'other')
      element.hidden = element.textContent === ''
    }
  }
}

function swap(element: HTMLElement, attribute: string, kept: string): void {
  const other = element.dataset[kept]
  if (other === undefined) return
  element.dataset[kept] = element.getAttribute(attribute) ?? ''
  element.setAttribute(attribute, other)
}

function swapText(element: HTMLElement, kept: string): void {
  const now = element.textContent ?? ''
  element.textContent = element.dataset[kept] ?? ''
  element.dataset[kept] = now
}
