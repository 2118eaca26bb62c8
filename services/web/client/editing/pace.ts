const ratios = [1, 0.75, 0.5, 0.35, 0.25]
const restMilliseconds = 180
/** Of a frame of 16.7 ms, what is left for drawing. */
const frameMilliseconds = 17
const workMilliseconds = 9

/**
 * Draws at the pace of the screen: once a frame, however often something has moved, and smaller while it moves where the machine would not
 * keep up otherwise.
 * @param draw given how much of the full resolution to draw with, across
 */
export function openPace(draw: (ratio: number) => void) {
  let step = 1
  let frame: number | undefined
  let resting: number | undefined
  let last = 0
  let calm = 0

  function moving(now: number): void {
    frame = undefined
    const began = performance.now()
    draw(ratios[step] ?? 1)
    adapt(performance.now() - began, now - last)
    last = now
  }

  /** A frame that came late may have been somebody else's fault: one step at a time, and up again only after a while. */
  function adapt(work: number, interval: number): void {
    const isInARow = interval < 100
    if (work > workMilliseconds || (isInARow && interval > 1.5 * frameMilliseconds)) {
      step = Math.min(step + 1, ratios.length - 1)
      calm = 0
    } else if (isInARow && work < workMilliseconds / 3) {
      calm += 1
      if (calm > 30) step = Math.max(step - 1, 0)
      if (calm > 30) calm = 0
    }
  }

  function rest(): void {
    clearTimeout(resting)
    if (frame !== undefined) cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => {
      frame = undefined
      draw(1)
    })
  }

  return {
    /** Something moves: it is drawn with the next frame, and in full when it rests. */
    move(): void {
      clearTimeout(resting)
      resting = window.setTimeout(rest, restMilliseconds)
      frame ??= requestAnimationFrame(moving)
    },
    /** Something is otherwise, at once and for longer. */
    rest,
    stop(): void {
      clearTimeout(resting)
      if (frame !== undefined) cancelAnimationFrame(frame)
      frame = undefined
    },
  }
}
