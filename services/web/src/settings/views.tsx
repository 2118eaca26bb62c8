import type { Person } from '../accounts/service.ts'
import { say } from '../language/say.ts'
import { Choice } from '../views/field.tsx'
import { Layout } from '../views/layout.tsx'

interface SettingsPageProps {
  visitor: Person
  isSaved: boolean
  mayInvite: boolean
}

export function SettingsPage({ visitor, isSaved, mayInvite }: SettingsPageProps) {
  return (
    <Layout title={say('Settings')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('Settings')}</h1>
        {isSaved && (
          <p class="note" role="status">
            {say('Saved.')}
          </p>
        )}
        <form method="post" action="/settings" class="stack">
          <input type="hidden" name="whole" value="yes" />
          <Choice
            name="isPrivate"
            label={say('Private account')}
            hint={say(
              'Only people whom you let in as followers, and those you mention, see your photos. Links to photos that were public before stop working.',
            )}
            isChosen={visitor.isPrivate}
          />
          <Choice
            name="showsCamera"
            label={say('Show camera and settings')}
            hint={say(
              'Camera, lens, exposure and date beside your photos, if the file knows them. Where a photo was taken is never shown.',
            )}
            isChosen={visitor.showsCamera}
          />
          <Choice
            name="commentsFromFollowers"
            label={say('Comments from followers only')}
            hint={say('Others see your posts and their comments, and cannot add one.')}
            isChosen={visitor.commentsFromFollowers}
          />
          <Choice
            name="allowsIndexing"
            label={say('Let search engines find me')}
            hint={say(
              'They may show your profile and those of your posts that are for everyone, nothing of a private account. Off, we ask them to leave you out, which can take them some weeks. Links that are shared and feed readers go on working.',
            )}
            isChosen={visitor.allowsIndexing}
          />
          <button type="submit">{say('Save')}</button>
        </form>
        <nav class="ways apart" aria-label={say('You')}>
          <a href="/settings/profile">{say('Profile')}</a>
          <a href="/settings/avatar">{say('Picture')}</a>
          <a href="/settings/username">{say('Username')}</a>
        </nav>
        <nav class="ways" aria-label={say('People')}>
          <a href="/follow-requests">{say('Follow requests')}</a>
          <a href="/settings/hashtags">{say('Followed hashtags')}</a>
          <a href="/settings/blocked">{say('Blocked people')}</a>
          <a href="/settings/muted">{say('Muted people')}</a>
          <a href="/settings/notifications">{say('What to be told')}</a>
          {mayInvite && <a href="/invitations">{say('Invitations')}</a>}
        </nav>
        <nav class="ways" aria-label={say('Safety')}>
          <a href="/settings/email">{say('E-mail address')}</a>
          <a href="/settings/password">{say('Password')}</a>
          <a href="/settings/sessions">{say('Sessions')}</a>
          <a href="/settings/two-factor">{say('Two-step sign-in')}</a>
          <a href="/settings/passkeys">{say('Passkeys')}</a>
        </nav>
        {visitor.isModerator && (
          <nav class="ways" aria-label={say('Moderation')}>
            <a href="/admin">{say('Moderation')}</a>
          </nav>
        )}
        <nav class="ways" aria-label={say('Leaving')}>
          <a href="/settings/export">{say('Take everything along')}</a>
          <a href="/settings/delete">{say('Delete the account')}</a>
        </nav>
      </section>
    </Layout>
  )
}
