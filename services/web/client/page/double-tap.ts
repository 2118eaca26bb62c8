/** Two taps on a photo like it. They never take a like back. */
const longestMilliseconds = 320
const widestPixels = 32

let last: { at: number; x: number; y: number } | undefined

document.addEventListener('pointerup', ({ target, timeStamp, clientX, clientY, button }) => {
  const picture = target instanceof Element ? target.closest<HTMLElement>('.post picture') : null
  if (!picture || button !== 0) {
    last = undefined
    return
  }
  const isSecond =
    last !== undefined &&
    timeStamp - last.at < longestMilliseconds &&
    Math.hypot(clientX - last.x, clientY - last.y) < widestPixels
  last = isSecond ? undefined : { at: timeStamp, x: clientX, y: clientY }
  if (isSecond) like(picture)
})

function like(picture: HTMLElement): void {
  const form = picture.closest('.post')?.querySelector<HTMLFormElement>('form[data-toggle="like"]')
  const button = form?.querySelector('button')
  const heart = button?.querySelector('svg')
  if (!form || !button || !heart) return
  if (button.ariaPressed !== 'true') form.requestSubmit()
  const beat = heart.cloneNode(true) as SVGElement
  beat.setAttribute('class', 'beat')
  beat.setAttribute('width', '96')
  beat.setAttribute('height', '96')
  beat.addEventListener('animationend', () => beat.remove())
  picture.append(beat)
}
