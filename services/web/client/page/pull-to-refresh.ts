/**
 * Whoever pulls a page down at its top has it made anew. Only where it is installed as an app: browsers have that themselves, and a page
 * would fight them for the same finger.
 */
const enoughPixels = 64
const farthestPixels = 96
/** The page follows slower than the finger, as if it were held back. */
const slowness = 0.5

const sign = document.querySelector<HTMLElement>('.pull')
if (sign && matchMedia('(display-mode: standalone)').matches) letPull(sign)

function letPull(sign: HTMLElement): void {
  let from: Touch | undefined
  let pulledPixels = 0

  function pull(pixels: number): void {
    pulledPixels = Math.min(pixels * slowness, farthestPixels)
    sign.style.setProperty('--pulled', String(pulledPixels / enoughPixels))
    sign.classList.toggle('enough', pulledPixels >= enoughPixels)
    sign.hidden = pulledPixels <= 0
  }

  function move(event: TouchEvent): void {
    const [touch] = event.touches
    if (!from || !touch) return
    const along = touch.clientX - from.clientX
    const down = touch.clientY - from.clientY
    const isScrolling = pulledPixels === 0 && (down <= 0 || Math.abs(along) > down || !event.cancelable)
    if (isScrolling || event.touches.length > 1) {
      end()
    } else {
      event.preventDefault()
      pull(Math.max(down, 0))
    }
  }

  function end(): void {
    from = undefined
    removeEventListener('touchmove', move)
    pull(0)
  }

  function begin({ touches: [touch, second], target }: TouchEvent): void {
    end()
    if (second || scrollY > 0 || (target instanceof Element && target.closest('dialog, textarea, .suggested'))) return
    from = touch
    // Only now: a page that may hold back every touch scrolls late.
    addEventListener('touchmove', move, { passive: false })
  }
  addEventListener('touchstart', begin, { passive: true })
  addEventListener('touchcancel', end)
  addEventListener('touchend', () => {
    if (pulledPixels < enoughPixels) {
      end()
      return
    }
    removeEventListener('touchmove', move)
    sign.classList.add('refreshing')
    // Not reload(): it would come back with all that was put below this page, and where it was left.
    location.replace(location.pathname + location.search)
  })
}
