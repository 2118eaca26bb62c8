/**
 * What other sites and programs are told. It only adds, and what it adds has defaults: replicas of the release before go on working
 * beside it.
 */
export const syndication = `
alter table users
  -- Whether search engines are told of the profile and the public posts.
  add column allows_indexing boolean not null default true;

-- Where each sitemap begins but the first, which begins at nothing. A worker adds one whenever the last has become long enough, so
-- nobody ever counts what is in them all, and a sitemap keeps its address.
create table sitemap_starts (
  kind text not null,
  first_id bigint not null,
  constraint sitemap_starts_pkey primary key (kind, first_id),
  constraint sitemap_starts_kind check (kind in ('people', 'posts'))
);
`
