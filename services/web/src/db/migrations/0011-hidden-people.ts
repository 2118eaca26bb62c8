/**
 * What people who are not there for a viewer have liked and said is left out of what is counted. So who they are must be found at
 * once, and whether one of them stands below a post (docs/decisions/0016).
 */
export const hiddenPeople = `
create index users_suspended on users (id) where suspended_at is not null;
create index comments_of_post_by_author on comments (post_id, author_id);
-- The first half of it, and tempting where the whole is meant.
drop index comments_all_by_post;
`
