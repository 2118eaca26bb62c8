import type { Person } from '../accounts/service.ts'
import { Choice } from '../views/field.tsx'
import { Layout } from '../views/layout.tsx'

export function SettingsPage({ visitor, isSaved }: { visitor: Person; isSaved: boolean }) {
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
          <a href="/follow-requests">Follow requests</a>
        </p>
        <p>
          <a href="/settings/hashtags">Hashtags that you follow</a>
        </p>
      </section>
    </Layout>
  )
}
