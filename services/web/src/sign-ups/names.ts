/** Names that nobody is given, because others would believe them, and names that look like another. */

/** As a hurried reader sees a name: 0 is o, 1 and i are l, rn is m, vv is w; dots and underscores are not there. */
function impression(username: string): string {
  return username
    .replaceAll(/[._]/g, '')
    .replaceAll('0', 'o')
    .replaceAll(/[1i]/g, 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
}

const groups = {
  // Whoever has these passes for the people who run the place.
  authority: `abuse admin administrator administration billing contact gramstack help helpdesk host hostmaster info
    instance legal mod moderation moderator noreply official operator postmaster privacy root rules safety security
    server service staff support sysadmin system team trust verified webmaster www`,
  // Whoever has these is mentioned by people who mean something else.
  words: `all anonymous anyone channel deleted everybody everyone followers here me nil nobody null self
    undefined unknown user you`,
  // The first parts of our own addresses: "gramstack.example/explore" and "@explore" should not be taken for each other.
  addresses: `about account accounts activity admin api assets bookmarks client collections comeback comments confirmemail dev direct
    embed explore export favicon.ico feed followrequests forgotpassword goodbye hashtags healthz home inbox invitations liked likes login logout
    manifest.webmanifest mayupload media messages notifications oauth oembed offline p people photos posts readyz register reports resetpassword robots.txt saved search
    serviceworker.js settings sharetarget signin signout signup sitemap.xml static stories tags upload users`,
}

const reserved = new Set(Object.values(groups).flatMap((names) => names.trim().split(/\s+/).map(impression)))

/** Whether a name is one that nobody is given. */
export function isReserved(username: string): boolean {
  return reserved.has(impression(username))
}

/** Whether two names are easily taken for each other. */
export function looksLike(one: string, other: string): boolean {
  return impression(one) === impression(other)
}
