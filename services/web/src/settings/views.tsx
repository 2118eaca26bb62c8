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
          <Choice
            name="commentsFromFollowers"
            label="Comments from followers only"
            hint="Others see your posts and their comments, and cannot add one."
            isChosen={visitor.commentsFromFollowers}
          />
          <Choice
            name="allowsIndexing"
            label="Let search engines find me"
            hint="They may show your profile and those of your posts that are for everyone, nothing of a private account. Off, we ask them to leave you out, which can take them some weeks. Links that are shared and feed readers go on working."
            isChosen={visitor.allowsIndexing}
          />
          <button type="submit">Save</button>
        </form>
        <nav class="ways apart" aria-label="You">
          <a href="/settings/profile">Profile</a>
          <a href="/settings/avatar">Picture</a>
          <a href="/settings/username">Username</a>
        </nav>
        <nav class="ways" aria-label="People">
          <a href="/follow-requests">Follow requests</a>
          <a href="/settings/hashtags">Followed hashtags</a>
          <a href="/settings/blocked">Blocked people</a>
          <a href="/settings/muted">Muted people</a>
          <a href="/settings/notifications">What to be told</a>
          {mayInvite && <a href="/invitations">Invitations</a>}
        </nav>
        <nav class="ways" aria-label="Safety">
          <a href="/settings/email">E-mail address</a>
          <a href="/settings/password">Password</a>
          <a href="/settings/sessions">Sessions</a>
          <a href="/settings/two-factor">Two-step sign-in</a>
          <a href="/settings/passkeys">Passkeys</a>
        </nav>
        {visitor.isModerator && (
          <nav class="ways" aria-label="Moderation">
            <a href="/admin">Moderation</a>
          </nav>
        )}
        <nav class="ways" aria-label="Leaving">
          <a href="/settings/export">Take everything along</a>
          <a href="/settings/delete">Delete the account</a>
        </nav>
      </section>
    </Layout>
  )
}
