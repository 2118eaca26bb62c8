/**
 * What search reads: the words of posts, the words of people's names, and hashtags with how often they are used. All of it is kept by
 * triggers, so that no writer can forget it, in tables of its own, so that feeds read nothing more (docs/decisions/0022).
 *
 * It only adds: replicas of the release before go on working beside it.
 */
export const search = `
create extension if not exists unaccent;

${reading()}
${posts()}
${people()}
${hashtags()}
`

/** From what people write to words, and from what they look for to a query: the same in both directions. */
function reading(): string {
  // Scripts without spaces between words, and Hangul, whose particles hang on the word: Thai to Khmer, kana, Han, Hangul.
  const unspaced = String.raw`\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff`
  const emoji = String.raw`\u2190-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff`
  // Marks that are parts of words in the scripts of India.
  const marks = String.raw`\u0300-\u036f\u0900-\u0963\u0966-\u0dff`
  // Vowel signs of Hebrew and Arabic, and what has no look of its own.
  const unwritten = String.raw`\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u200c\u200d\ufe0e\ufe0f`
  const stems = (...languages: string[]) =>
    `array[word] || ${languages.map((name) => `ts_lexize('${name}_stem', word)`).join(' || ')}`

  return String.raw`
-- One spelling for what differs by case, accent or width. The collation is named, so that it is the same in every database.
create function search_fold(content text) returns text language sql immutable strict parallel safe
return regexp_replace(
  unaccent('unaccent'::regdictionary, casefold(normalize(content, nfkc) collate pg_unicode_fast)), '[${unwritten}]', '', 'g'
);

-- The words of a text, in order. Where a script puts no spaces between them, each two characters that stand together are a word; the
-- last one alone is another, so that a single character is the beginning of some word wherever it stands. In what is sought it is
-- left out, since it says nothing more.
create function search_words(content text, is_sought boolean) returns table (word text, place bigint)
language sql immutable strict parallel safe
begin atomic
  select left(coalesce(pair.word, token.match[1]), 60), row_number() over (order by token.nth, pair.start)
  from regexp_matches(
      regexp_replace(search_fold(content) collate pg_unicode_fast, '([${unspaced}]+)', ' \1 ', 'g'),
      '[${emoji}]|[[:alnum:]${marks}]+', 'g'
    ) with ordinality as token (match, nth)
    left join lateral (
      select substr(token.match[1], start, 2) as word, start
      from generate_series(
        1, length(token.match[1]) - case when is_sought and length(token.match[1]) > 1 then 1 else 0 end
      ) as start
      where token.match[1] ~ '^[${unspaced}]'
    ) as pair on true;
end;

-- A word, and its stems in the languages that are written so, some more than once. Nobody says which language a caption is in. Not
-- strict, or it would not be inlined.
create function search_stems(word text) returns text[] language sql immutable parallel safe
return case
  when word ~ '^[a-z]{3,}$'
    then ${stems('dutch', 'english', 'french', 'german', 'italian', 'portuguese', 'spanish')}
  when word ~ '^[\u0400-\u04ff]{3,}$' then ${stems('russian')}
  when word ~ '^[\u0370-\u03ff]{3,}$' then ${stems('greek')}
  when word ~ '^[\u0600-\u06ff]{3,}$' then ${stems('arabic')}
  when word ~ '^[\u0900-\u097f]{3,}$' then ${stems('hindi')}
  else array[word]
end;

create function search_vector(content text) returns tsvector language sql immutable strict parallel safe
return (
  -- Words hold nothing that would have to be escaped. Those that stand there have the weight A, to be told from stems.
  select coalesce(string_agg('''' || stem || ''':' || place || case when stem = word then 'A' else '' end, ' '), '')::tsvector
  from search_words(content, false) cross join lateral unnest(search_stems(word)) as stem
);

-- Every word has to be there, in any of its forms; "in quotes", as it stands and in this order; with a - in front, it must not be
-- there. What was written without a space stays together. Null where nothing is sought.
create function search_query(sought text) returns tsquery language sql immutable strict parallel safe
begin atomic
  select case when bool_or(not is_unwanted) then
    string_agg(case when is_unwanted then '!(' else '(' end || wanted || ')', ' & ')::tsquery
  end
  from (
    select term[1] = '-' as is_unwanted, (
      select string_agg(
        case
          when word ~ '^[${unspaced}]$' then '''' || word || ''':*'
          when term[2] is not null then '''' || word || ''':A'
          else '(' || (select string_agg(distinct '''' || stem || '''', ' | ') from unnest(search_stems(word)) as stem) || ')'
        end, ' <-> ' order by place
      )
      from search_words(coalesce(term[2], term[3]), true)
    ) as wanted
    from regexp_matches(sought, '(-?)(?:"([^"]*)"?|([^\s"]+))', 'g') as term
  ) as terms
  where wanted is not null;
end;`
}

/** The words of captions, places and descriptions. */
function posts(): string {
  return `
-- Of every post that is published and not deleted. Narrow, and without what changes often.
create table post_search (
  post_id bigint not null,
  words tsvector not null,
  constraint post_search_pkey primary key (post_id),
  constraint post_search_post foreign key (post_id) references posts (id) on update cascade on delete cascade
);

-- A stretch of 37 hours of posts. It stands in the index beside the words, so that the newest posts with a common word are found without
-- looking at all that have it.
create function search_shelf(post_id bigint) returns integer language sql immutable strict parallel safe
return (post_id >> 50)::integer;

-- Every word that ever stood in a post, to put right what is misspelled. Who may know of it is asked where it is used.
create table post_words (
  word text collate "C" not null,
  constraint post_words_pkey primary key (word)
);

create function index_post(subject bigint) returns void language plpgsql as $$
begin
  delete from post_search
  where post_id = subject
    and not exists (select from posts where id = subject and published_at is not null and deleted_at is null);
  insert into post_search (post_id, words)
  select posts.id, search_vector(concat_ws(
    e'\\n', posts.caption, posts.place,
    (select string_agg(alt_text, e'\\n' order by position) from photos where post_id = posts.id)
  ))
  from posts where posts.id = subject and posts.published_at is not null and posts.deleted_at is null
  on conflict (post_id) do update set words = excluded.words;
  -- In their order, so that two who write the same new words do not wait for each other in a circle.
  insert into post_words (word)
  select found.lexeme from post_search cross join lateral unnest(post_search.words) as found
  where post_search.post_id = subject and 'A' = any(found.weights)
    and not exists (select from post_words where word = found.lexeme)
  order by found.lexeme on conflict do nothing;
end
$$;

-- At the end of the transaction: it is short from here on, and everything that belongs to the post is there.
create function posts_index() returns trigger language plpgsql as $$
begin
  perform index_post(new.id);
  return null;
end
$$;
create constraint trigger posts_index_new after insert on posts
  deferrable initially deferred for each row when (new.published_at is not null) execute function posts_index();
create constraint trigger posts_index_changed after update of caption, place, published_at, deleted_at on posts
  deferrable initially deferred for each row when (
    (old.caption, old.place, old.published_at, old.deleted_at)
      is distinct from (new.caption, new.place, new.published_at, new.deleted_at)
    and coalesce(old.published_at, new.published_at) is not null
  ) execute function posts_index();

create function photos_index() returns trigger language plpgsql as $$
begin
  perform index_post(case when tg_op = 'DELETE' then old.post_id else new.post_id end);
  return null;
end
$$;
create constraint trigger photos_index_new after insert on photos
  deferrable initially deferred for each row when (new.alt_text <> '') execute function photos_index();
create constraint trigger photos_index_changed after update of alt_text on photos
  deferrable initially deferred for each row when (old.alt_text is distinct from new.alt_text) execute function photos_index();
create constraint trigger photos_index_gone after delete on photos
  deferrable initially deferred for each row when (old.alt_text <> '') execute function photos_index();

select index_post(id) from posts where published_at is not null and deleted_at is null;

-- Without the list of what is pending, which every search would have to read as well.
create index post_search_words on post_search using gin ((array[search_shelf(post_id)]), words) with (fastupdate = off);

-- The newest posts below an id that a query fits, whoever may see them. Of a query that fits few posts, the index gives all, to be
-- sorted. Of one that fits many, it goes back in time, some shelves at once, until there are enough. The planner knows how many posts
-- have a word, but not when they were shared: left to itself it would read half of all posts for a word of last season. So it is asked
-- for the number, and then left no choice but the index: "+ 0" keeps it from the order of the ids.
create function search_posts(query tsquery, below bigint, most integer) returns setof bigint
language plpgsql volatile strict rows 50 set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  few constant integer := 5000;
  plan json;
  oldest integer;
  newest integer;
  width integer := 1;
  missing integer := most;
  found_here integer;
begin
  execute format('explain (format json) select from post_search where words @@ %L::tsquery', query) into plan;
  if (plan #>> '{0,Plan,Plan Rows}')::numeric <= few then
    return query
      select post_id from post_search where words @@ query and post_id + 0 < below order by post_id + 0 desc limit most;
    return;
  end if;
  oldest := (select search_shelf(min(post_id)) from post_search);
  newest := (select search_shelf(max(post_id)) from post_search where post_id < below);
  while newest >= oldest and missing > 0 loop
    return query
      select post_id from post_search
      where array[search_shelf(post_id)] && array(select generate_series(newest - width + 1, newest))
        and words @@ query and post_id + 0 < below
      order by post_id + 0 desc limit missing;
    get diagnostics found_here = row_count;
    missing := missing - found_here;
    newest := newest - width;
    width := least(width * 2, 8);
  end loop;
end
$$;`
}

/** The words of people's names. */
function people(): string {
  return `
create table person_words (
  user_id bigint not null,
  -- C: what begins alike stands together, in every database.
  word text collate "C" not null,
  renown smallint not null,
  constraint person_words_pkey primary key (user_id, word),
  constraint person_words_user foreign key (user_id) references users (id) on delete cascade
);

-- How well known somebody is, coarsely, so that it rarely changes: how many times their followers have doubled.
create function search_renown(follower_count integer) returns smallint language sql immutable strict parallel safe
return floor(ln(greatest(follower_count, 0) + 1) / ln(2))::smallint;

create function index_person(subject bigint) returns void language plpgsql as $$
begin
  delete from person_words where user_id = subject;
  insert into person_words (user_id, word, renown)
  select users.id, words.word, search_renown(users.follower_count)
  from users cross join lateral (
    select word from search_words(users.username || ' ' || users.display_name, false)
    -- Who looks for annalind means anna.lind as well.
    union select left(translate(users.username, '._', ''), 60)
  ) as words
  where users.id = subject and words.word <> '';
end
$$;

create function users_index() returns trigger language plpgsql as $$
begin
  perform index_person(new.id);
  return null;
end
$$;
create trigger users_index_new after insert on users for each row execute function users_index();
create trigger users_index_changed after update of username, display_name on users
  for each row when ((old.username, old.display_name) is distinct from (new.username, new.display_name))
  execute function users_index();

create function users_renown() returns trigger language plpgsql as $$
begin
  update person_words set renown = search_renown(new.follower_count) where user_id = new.id;
  return null;
end
$$;
create trigger users_renown after update of follower_count on users
  for each row when (search_renown(old.follower_count) <> search_renown(new.follower_count))
  execute function users_renown();

select index_person(id) from users;

-- One or two letters fit many people: the best known of them stand first. Of three there are few enough to sort.
create index person_words_by_letter on person_words (left(word, 1), renown desc, user_id);
create index person_words_by_two_letters on person_words (left(word, 2), renown desc, user_id);
create index person_words_by_word on person_words (word) include (renown, user_id);`
}

/** How many posts that everybody finds have a hashtag. */
function hashtags(): string {
  return `
create table hashtags (
  tag text collate "C" not null,
  -- As it is sought: without accents.
  folded text collate "C" not null generated always as (search_fold(tag)) stored,
  post_count integer not null,
  constraint hashtags_pkey primary key (tag)
);
create index hashtags_by_folded on hashtags (folded);

-- Whether this post is counted for the tag: it is public, and so is its author.
alter table post_hashtags add column is_listed boolean not null default false;

create function is_hashtag_listed(subject bigint) returns boolean language plpgsql as $$
declare
  author bigint;
  is_listed boolean;
begin
  select author_id into author from posts
  where id = subject and published_at is not null and deleted_at is null and visibility = 'public';
  if author is null then
    return false;
  end if;
  -- An account that goes private at this moment waits, or is waited for: or this tag would stay counted.
  select not is_private and suspended_at is null into is_listed from users where id = author for no key update;
  return coalesce(is_listed, false);
end
$$;

create function post_hashtags_list() returns trigger language plpgsql as $$
begin
  new.is_listed := is_hashtag_listed(new.post_id);
  return new;
end
$$;
create trigger post_hashtags_list before insert on post_hashtags for each row execute function post_hashtags_list();

create function posts_list_hashtags() returns trigger language plpgsql as $$
declare
  listed constant boolean := is_hashtag_listed(new.id);
begin
  update post_hashtags set is_listed = listed where post_id = new.id and is_listed <> listed;
  return null;
end
$$;
-- Of another caption as well: its author is locked before hashtags go, in the order of who makes an account private.
create trigger posts_list_hashtags after update of caption, published_at, deleted_at, visibility on posts
  for each row when (
    (old.caption, old.published_at, old.deleted_at, old.visibility)
      is distinct from (new.caption, new.published_at, new.deleted_at, new.visibility)
  ) execute function posts_list_hashtags();

create function users_list_hashtags() returns trigger language plpgsql as $$
begin
  update post_hashtags
  set is_listed = not new.is_private and new.suspended_at is null
  from posts
  where posts.id = post_hashtags.post_id and posts.author_id = new.id
    and posts.published_at is not null and posts.deleted_at is null and posts.visibility = 'public'
    and post_hashtags.is_listed <> (not new.is_private and new.suspended_at is null);
  return null;
end
$$;
create trigger users_list_hashtags after update of is_private, suspended_at on users
  for each row when ((old.is_private, old.suspended_at is null) <> (new.is_private, new.suspended_at is null))
  execute function users_list_hashtags();

-- What a transaction has still to count. It is counted at its end, all at once and in the order of the tags: two that use the same
-- tags, one after another, would otherwise wait for each other in a circle. To everybody else this table is always empty.
create table hashtag_changes (
  tags text[] not null,
  change integer not null
);

create function count_hashtags() returns trigger language plpgsql as $$
begin
  with taken as (delete from hashtag_changes returning tags, change)
  insert into hashtags (tag, post_count)
  select tag, sum(change) from taken cross join lateral unnest(tags) as tag
  group by tag having sum(change) <> 0 order by tag
  on conflict (tag) do update set post_count = hashtags.post_count + excluded.post_count;
  return null;
end
$$;
create constraint trigger count_hashtags after insert on hashtag_changes
  deferrable initially deferred for each row execute function count_hashtags();

create function note_hashtags() returns trigger language plpgsql as $$
begin
  if tg_op <> 'DELETE' then
    insert into hashtag_changes (tags, change)
    select array_agg(tag), 1 from come where is_listed having count(*) > 0;
  end if;
  if tg_op <> 'INSERT' then
    insert into hashtag_changes (tags, change)
    select array_agg(tag), -1 from gone where is_listed having count(*) > 0;
  end if;
  return null;
end
$$;
create trigger note_hashtags_insert after insert on post_hashtags referencing new table as come
  for each statement execute function note_hashtags();
create trigger note_hashtags_update after update on post_hashtags referencing old table as gone new table as come
  for each statement execute function note_hashtags();
create trigger note_hashtags_delete after delete on post_hashtags referencing old table as gone
  for each statement execute function note_hashtags();

update post_hashtags set is_listed = true
from posts join users on users.id = posts.author_id
where posts.id = post_hashtags.post_id and posts.published_at is not null and posts.deleted_at is null
  and posts.visibility = 'public' and not users.is_private and users.suspended_at is null;`
}
