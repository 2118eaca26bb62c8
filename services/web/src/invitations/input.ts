import { z } from 'zod'
import { phrase, say } from '../language/say.ts'

export const mostUses = 100
export const mostDays = 90

const whole = (name: string, most: number) => {
  const complaint = { error: () => say('{name} is a whole number from 1 to {most}.', { name: say(name), most }) }
  return z.coerce.number(complaint).int(complaint).min(1, complaint).max(most, complaint)
}

export const invitationInput = z.object({
  uses: whole(phrase('How many people may come'), mostUses).default(1),
  days: whole(phrase('How many days it lasts'), mostDays).default(7),
})
