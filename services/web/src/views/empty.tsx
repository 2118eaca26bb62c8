import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'

/** Where there is nothing yet: a sign, and what would change that. */
export function Empty({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} size={48} />
      {children}
    </div>
  )
}
