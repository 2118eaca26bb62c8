/** Has the browser subscribe to pushes when the button is pressed, and tells the server where it is to be reached. */

const form = document.querySelector<HTMLFormElement>('form[data-push]')
if ('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) {
  for (const excuse of document.querySelectorAll<HTMLElement>('[data-without-push]')) excuse.hidden = true
  if (form) {
    form.hidden = false
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      void subscribe(form)
    })
  }
}

async function subscribe(form: HTMLFormElement): Promise<void> {
  const [denied, failed] = [complaint(form, 'denied'), complaint(form, 'failed')]
  for (const one of [denied, failed]) one.hidden = true
  if ((await Notification.requestPermission()) !== 'granted') {
    denied.hidden = false
    return
  }
  try {
    const { pushManager } = await navigator.serviceWorker.ready
    // One that was made for other keys would be told nothing.
    await (await pushManager.getSubscription())?.unsubscribe()
    const subscription = await pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: form.dataset.push ?? '',
    })
    const { endpoint = '', keys = {} } = subscription.toJSON()
    const response = await fetch(form.action, {
      method: 'POST',
      body: new URLSearchParams({ endpoint, ...keys }),
      headers: { Accept: 'application/json' },
    })
    if (!response.ok) throw new Error(`answered ${response.status}`)
    location.reload()
  } catch {
    failed.hidden = false
  }
}

function complaint(form: HTMLFormElement, what: 'denied' | 'failed'): HTMLElement {
  const found = form.querySelector<HTMLElement>(`[data-push-${what}]`)
  if (!found) throw new Error(`the form has no complaint for ${what}`)
  return found
}
