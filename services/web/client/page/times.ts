/** Says how long ago something was; a week and more is better said as a day, as the page does. */
import { whenThere } from './when-there.ts'

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const longestSeconds = 7 * 86_400
const everyMilliseconds = 60_000

const words = new Intl.RelativeTimeFormat(document.documentElement.lang || 'en', { style: 'narrow', numeric: 'auto' })
const days = new WeakMap<HTMLTimeElement, string>()

whenThere<HTMLTimeElement>('time[data-since]', (time) => {
  days.set(time, time.textContent ?? '')
  tell(time)
})
setInterval(() => {
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-since]')) tell(time)
}, everyMilliseconds)

function tell(time: HTMLTimeElement): void {
  const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000
  const step = steps.find(([, length]) => seconds >= length)
  const said = step ? words.format(-Math.floor(seconds / step[1]), step[0]) : words.format(0, 'second')
  time.textContent = seconds < longestSeconds ? said : (days.get(time) ?? '')
}
