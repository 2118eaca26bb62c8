import type { Person } from '../accounts/service.ts'
import { say } from '../language/say.ts'
import { Choice } from '../views/field.tsx'
import { Icon } from '../views/icon.tsx'
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
        <Ways
          label={say('You')}
          ways={[
            ['/settings/profile', say('Profile')],
            ['/settings/avatar', say('Picture')],
            ['/settings/username', say('Username')],
          ]}
        />
        <Ways
          label={say('People')}
          ways={[
            ['/follow-requests', say('Follow requests')],
            ['/settings/hashtags', say('Followed hashtags')],
            ['/settings/blocked', say('Blocked people')],
            ['/settings/muted', say('Muted people')],
            ['/settings/notifications', say('What to be told')],
            ...(mayInvite ? [['/invitations', say('Invitations')] as const] : []),
          ]}
        />
        <Ways
          label={say('Safety')}
          ways={[
            ['/settings/email', say('E-mail address')],
            ['/settings/password', say('Password')],
            ['/settings/sessions', say('Sessions')],
            ['/settings/two-factor', say('Two-step sign-in')],
            ['/settings/passkeys', say('Passkeys')],
          ]}
        />
        {visitor.isModerator && <Ways label={say('Moderation')} ways={[['/admin', say('Moderation')]]} />}
        <Ways
          label={say('Leaving')}
          ways={[
            ['/settings/export', say('Take everything along')],
            ['/settings/delete', say('Delete the account')],
          ]}
        />
        <form method="post" action="/sign-out" class="apart">
          <button class="secondary" type="submit">
            {say('Sign out')}
          </button>
        </form>
      </section>
    </Layout>
  )
}

/** Ways to go that belong together, one below another. */
function Ways({ label, ways }: { label: string; ways: readonly (readonly [href: string, label: string])[] }) {
  return (
    <nav class="rows" aria-label={label}>
      <h2>{label}</h2>
      {ways.map(([href, name]) => (
        <a key={href} href={href}>
          {name}
          <Icon name="after" size={20} />
        </a>
      ))}
    </nav>
  )
}
