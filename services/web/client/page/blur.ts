/** The photo's own blur stands in its place until it has come, and the photo comes out of it. */
import { thumbHashToDataURL } from 'thumbhash'
import { whenThere } from './when-there.ts'

whenThere<HTMLElement>('picture[data-thumbhash]', (picture) => {
  const photo = picture.querySelector('img')
  const until = picture.querySelector('.until')
  if (!photo || !until || photo.complete) return
  const image = document.createElementNS('http://www.w3.org/2000/svg', 'image')
  for (const [name, value] of Object.entries({ width: '100%', height: '100%', preserveAspectRatio: 'none' }))
    image.setAttribute(name, value)
  image.setAttribute('href', thumbHashToDataURL(bytesOf(picture.dataset.thumbhash ?? '')))
  until.append(image)
  picture.classList.add('coming')
  for (const end of ['load', 'error'])
    photo.addEventListener(end, () => picture.classList.remove('coming'), { once: true })
})

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
