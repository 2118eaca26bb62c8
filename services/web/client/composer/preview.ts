const longestSide = 400

/** One after another: a phone has no room for twenty large photos at once. */
let last: Promise<unknown> = Promise.resolve()

/** Draws a file onto a canvas, small. @returns whether the browser could read it */
export function preview(file: File, canvas: HTMLCanvasElement): Promise<boolean> {
  const drawn = last.then(() => draw(file, canvas)).catch(() => false)
  last = drawn
  return drawn
}

async function draw(file: File, canvas: HTMLCanvasElement): Promise<boolean> {
  const bitmap = await createImageBitmap(file)
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height))
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  return true
}
