import { Icon } from './icon.tsx'

/** The sign that follows a finger which pulls the page down; client/page/pull-to-refresh.ts shows it. */
export function Pull() {
  return (
    <div class="pull" hidden>
      <Icon name="again" />
    </div>
  )
}
