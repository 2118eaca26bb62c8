/** Keeps the number of unread notifications in the header up to date, as long as somebody may be looking at the page. */

// Each open stream is one of the six connections that a browser has to a site over plain HTTP: those of pages in the back are given up.
const hiddenMilliseconds = 15_000
const firstPauseMilliseconds = 5_000
const longestPauseMilliseconds = 5 * 60_000

const bell = document.querySelector<HTMLElement>('.bell')
const badge = bell?.querySelector<HTMLElement>('.badge')
const news = document.querySelector<HTMLElement>('#unread-news')
if (bell && badge && news) keepUpToDate({ bell, badge, news })

function keepUpToDate({ bell, badge, news }: Record<'bell' | 'badge' | 'news', HTMLElement>): void {
  let stream: EventSource | undefined
  let hiding: number | undefined
  let retrying: number | undefined
  let pauseMilliseconds = firstPauseMilliseconds
  let isSignedOut = false

  function open(): void {
    clearTimeout(hiding)
    clearTimeout(retrying)
    if (stream || isSignedOut || document.hidden) return
    stream = new EventSource('/notifications/stream')
    stream.addEventListener('open', () => {
      pauseMilliseconds = firstPauseMilliseconds
    })
    stream.addEventListener('unread', ({ data }) => show(JSON.parse(data)))
    stream.addEventListener('end', ({ data }) => {
      isSignedOut = data === 'signed-out'
      if (isSignedOut) {
        badge.hidden = true
        navigator.serviceWorker?.controller?.postMessage('signed-out')
      }
      close()
    })
    stream.addEventListener('error', () => {
      // A connection that breaks is made again by the browser; an answer such as 503 is final for it, not for us.
      if (stream?.readyState !== EventSource.CLOSED) return
      close()
      retrying = window.setTimeout(open, pauseMilliseconds)
      pauseMilliseconds = Math.min(pauseMilliseconds * 2, longestPauseMilliseconds)
    })
  }

  function close(): void {
    clearTimeout(hiding)
    clearTimeout(retrying)
    stream?.close()
    stream = undefined
  }

  /** @param label what the bell is called then, in the language of the page */
  function show({ unread, label }: { unread: number; label: string }): void {
    const before = Number(badge.dataset.unread)
    if (unread === before) return
    badge.dataset.unread = String(unread)
    badge.hidden = unread === 0
    badge.textContent = unread > 99 ? '99+' : String(unread)
    bell.ariaLabel = label
    news.textContent = unread > before ? label : ''
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) hiding = window.setTimeout(close, hiddenMilliseconds)
    else open()
  })
  // A page with an open connection could not be kept for the way back.
  window.addEventListener('pagehide', close)
  window.addEventListener('pageshow', open)
}
