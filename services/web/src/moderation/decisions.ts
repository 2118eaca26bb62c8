import type { Person } from '../accounts/service.ts'
import type { Standing } from '../accounts/standing.ts'

/** What can be decided about a person: the end of each decision's address. */
export type Decision = 'silence' | 'unsilence' | 'suspend' | 'lift' | 'delete' | 'keep' | 'reset-second-step'

/**
 * Which of them there are to be taken about somebody, for who looks.
 * @param hasSecondStep whether they have one that could be lost
 */
export function decisionsAbout(moderator: Person, person: Standing, hasSecondStep: boolean): Decision[] {
  if (person.id === moderator.id || (person.rank === 'admin' && !moderator.isAdmin)) return []
  const { silencedAt, suspendedAt, leavesAt, isExpelled } = person
  const given: [Decision, boolean][] = [
    ['silence', !silencedAt],
    ['unsilence', silencedAt !== undefined],
    ['suspend', !suspendedAt],
    ['lift', suspendedAt !== undefined && !isExpelled],
    ['delete', moderator.isAdmin && suspendedAt !== undefined && !leavesAt],
    ['keep', moderator.isAdmin && isExpelled],
    ['reset-second-step', moderator.isAdmin && hasSecondStep],
  ]
  return given.filter(([, isThere]) => isThere).map(([decision]) => decision)
}
