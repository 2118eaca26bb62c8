/** Offers what has come since the page was made, instead of moving what somebody looks at. */
const everyMilliseconds = 60_000

const offer = document.querySelector<HTMLElement>('.has-news')
if (offer) {
  const ask = async () => {
    if (document.hidden || !offer.hidden) return
    const response = await fetch('/feed/newest', { headers: { Accept: 'application/json' } }).catch(() => undefined)
    if (!response?.ok) return
    const { id } = (await response.json()) as { id: string | null }
    offer.hidden = id === null || BigInt(id) <= BigInt(offer.dataset.than ?? '0')
  }
  setInterval(ask, everyMilliseconds)
  document.addEventListener('visibilitychange', ask)
  addEventListener('pageshow', ({ persisted }) => persisted && void ask())
}
