/** A number of unread notifications as a badge has it: short, and no more than was counted. */
export function badgeText(unread: number): string {
  return unread > 99 ? '99+' : String(unread)
}

/** The same for those who hear it. */
export function unreadText(unread: number): string {
  return unread === 1 ? '1 new notification' : `${badgeText(unread)} new notifications`
}

/** What the way to the notifications is called. */
export function bellLabel(unread: number): string {
  return unread === 0 ? 'Notifications' : unreadText(unread)
}
