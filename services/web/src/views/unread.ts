import { say } from '../language/say.ts'

/** A number of unread notifications as a badge has it: short, and no more than was counted. */
export function badgeText(unread: number): string {
  return unread > 99 ? '99+' : String(unread)
}

/** What the way to the notifications is called. */
export function bellLabel(unread: number): string {
  if (unread === 0) return say('Notifications')
  if (unread > 99) return say('More than 99 new notifications')
  return say('{unread, plural, one {# new notification} other {# new notifications}}', { unread })
}
