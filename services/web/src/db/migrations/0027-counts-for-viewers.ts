/**
 * How many follow somebody, for a viewer: the stored count less those who are hidden. Who of the hidden follows is read from an index that
 * begins with the one who is followed, and needs no row: with few followers that is one look, however many are hidden.
 *
 * The new index comes before the old one goes, so that nobody who reads waits while it is built.
 */
export const countsForViewers = `
create index follows_by_followee_accepted on follows (followee_id, follower_id) include (accepted_at);
drop index follows_by_followee;
`
