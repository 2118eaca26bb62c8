/**
 * Has the browser make passkeys and sign with them. Forms that need it are in the page, hidden; here they are shown where the browser
 * knows passkeys, and sent as any other form once it has answered.
 *
 * data-passkey: register, to add one; ask, to sign in with one; offer, the same, and the field of the name offers them as well.
 * data-options: where to ask what the browser is to be asked.
 * data-without-passkeys: what is said where there are none.
 */
import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'

if (browserSupportsWebAuthn()) {
  for (const excuse of document.querySelectorAll<HTMLElement>('[data-without-passkeys]')) excuse.hidden = true
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) {
    form.hidden = false
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      void answer(form, false)
    })
    if (form.dataset.passkey === 'offer' && (await browserSupportsWebAuthnAutofill())) void answer(form, true)
  }
}

/** Asks the server, then the browser, then sends the form with what it answered. */
async function answer(form: HTMLFormElement, isOffer: boolean): Promise<void> {
  const complaint = form.querySelector<HTMLElement>('[role=alert]')
  const field = form.elements.namedItem('credential')
  if (!complaint || !(field instanceof HTMLInputElement)) return
  complaint.hidden = true
  try {
    const optionsJSON = await askServer(form)
    const credential =
      form.dataset.passkey === 'register'
        ? await startRegistration({ optionsJSON })
        : await startAuthentication({ optionsJSON, useBrowserAutofill: isOffer })
    field.value = JSON.stringify(credential)
    // It has served: no need to send it twice.
    for (const password of form.querySelectorAll<HTMLInputElement>('[type=password]')) password.disabled = true
    form.submit()
  } catch (error) {
    // Nobody asked for the offer, so nobody wants to hear that it came to nothing; and a click on the button ends it.
    if (isOffer) return
    complaint.textContent = sentence(error, complaint.dataset)
    complaint.hidden = false
  }
}

async function askServer(form: HTMLFormElement) {
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (typeof value === 'string' && value) body.set(name, value)
  const response = await fetch(form.dataset.options ?? '', {
    method: 'POST',
    body,
    headers: { Accept: 'application/json' },
  })
  const said = await response.json()
  if (!response.ok) throw new ServerSaysNo(said.error)
  return said
}

/** Its message is a sentence for people. */
class ServerSaysNo extends Error {}

/** @param said what the page has to say, in its language */
function sentence(error: unknown, { already = '', unused = '' }: DOMStringMap): string {
  if (error instanceof ServerSaysNo) return error.message
  const isThere = error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED'
  return isThere ? already : unused
}
