/** A number of unread notifications as a badge has it: short, and no more than it was counted. */
export function badgeText(unread: number): string {
  return unread > 99 ? '99+' : String(unread)
}

/** The same for those who hear it. */
export function unreadText(unread: number): string {
  if (unread === 0) return 'No new notifications'
  return unread === 1 ? '1 new notification' : `${badgeText(unread)} new notifications`
}
