import type { Person } from '../accounts/service.ts'
import { Choice } from '../views/field.tsx'
import { Layout } from '../views/layout.tsx'

interface SettingsPageProps {
  visitor: Person
  isSaved: boolean
  mayInvite: boolean
}

export function SettingsPage({ visitor, isSaved, mayInvite }: SettingsPageProps) {
  return (
    <Layout title="Settings" visitor={visitor}>
      <section class="narrow">
        <h1>Settings</h1>
        {isSaved && (
          <p class="note" role="status">
            Saved.
          </p>
        )}
        <form method="post" action="/settings" class="stack">
          <input type="hidden" name="whole" value="yes" />
          <Choice
            name="isPrivate"
            label="Private account"
            hint="Only people whom you let in as followers, and those you mention, see your photos. Links to photos that were public before stop working."
            isChosen={visitor.isPrivate}
          />
          <Choice
            name="showsCamera"
            label="Show camera and settings"
            hint="Camera, lens, exposure and date beside your photos, if the file knows them. Where a photo was taken is never shown."
            isChosen={visitor.showsCamera}
          />
          <button type="submit">Save</button>
        </form>
        <p>
          <a href="/settings/email">E-mail address</a>
        </p>
        <p>
          <a href="/follow-requests">Follow requests</a>
        </p>
        {mayInvite && (
          <p>
            <a href="/invitations">Invitations</a>
          </p>
        )}
        {visitor.isAdmin && (
          <p>
            <a href="/admin/settings">This Gramstack</a>
          </p>
        )}
      </section>
    </Layout>
  )
}
