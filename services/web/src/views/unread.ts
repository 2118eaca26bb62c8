import { say } from '../language/say.ts'

/** A number of unread notifications as a badge has it: short, and no more than was counted. */
export function badgeText(unread: number): string {
  return unread > 99 ? '99+' : String(unread)
}

/** What the way to the notifications is called; it begins with what stands there, so that whoever speaks to their computer can say it. */
export function bellLabel(unread: number): string {
  if (unread === 0) return say('Notifications')
  if (unread > 99) return say('Notifications: more than 99 new')
  return say('Notifications: {unread, number} new', { unread })
}
