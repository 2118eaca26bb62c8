import { steps } from '../../src/db/migrations/index.ts'

/**
 * Steps of the schema expand before they contract: replicas of the release before work on beside what a step has done, and nothing that
 * they read or leave out may be gone or asked for.
 */

// Before this one nobody ran two releases beside each other.
const baseline = '0021-mail-about-news'

const contractions: readonly [what: string, pattern: RegExp][] = [
  [
    'takes a table or what belongs to one away',
    /\bdrop (table|view|column|constraint|schema|type|domain|sequence|function|trigger)\b/,
  ],
  ['takes a default away', /\balter column \w+ drop default\b/],
  ['changes a type', /\balter column \w+ (set data )?type\b/],
  ['gives another name', /\brename\b/],
  ['asks for a value where there may be none', /\balter column \w+ set not null\b/],
  [
    'asks for a column that old replicas do not fill',
    /\badd column (?:if not exists )?\w+ (?![^,;]*\b(?:default|generated)\b)[^,;]*\bnot null\b/,
  ],
  ['empties a table', /\b(truncate|delete from)\b/],
]

/** What a step takes away from releases before it. What it makes anew under the same name, it only changes. */
function contractionsIn(sql: string): string[] {
  const text = sql
    .replace(/--.*$/gm, '')
    .replace(/\$\$[^$]*\$\$/g, "''")
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/\s+/g, ' ')
    .toLowerCase()
  const left = text.replace(
    /\bdrop (constraint|function|index|trigger|view) (?:if exists )?(\w+)/g,
    (whole, kind, name) =>
      new RegExp(`\\b(add|create|create or replace|create unique) ${kind} ${name}\\b`).test(text) ? '' : whole,
  )
  return contractions.filter(([, pattern]) => pattern.test(left)).map(([what]) => what)
}

const later = steps.filter(({ name }) => name > baseline)

describe('the steps of the schema', () => {
  it('have names in order, each with a number of its own', () => {
    const names = steps.map(({ name }) => name)
    expect(names).toEqual([...names].sort())
    expect(new Set(names.map((name) => name.slice(0, 4))).size).toBe(names.length)
    expect(later.length).toBeGreaterThan(0)
  })

  it.each(later.map((step) => [step.name, step] as const))(
    '%s only adds, or says since which version nobody uses what it takes away',
    (_name, { sql, unusedSince }) => {
      if (unusedSince !== undefined) expect(unusedSince).toMatch(/^\d+\.\d+\.\d+$/)
      else expect(contractionsIn(sql)).toEqual([])
    },
  )
})

describe('this test', () => {
  it.each([
    'drop table likes;',
    'alter table posts\n  drop column place;',
    'alter table posts alter column place type varchar(10);',
    'alter table posts rename column place to spot;',
    'alter table posts rename to pictures;',
    'alter table posts alter column place set not null;',
    'alter table posts add column colour text not null;',
    'alter table posts add column size int default 1, add column colour text not null;',
    'alter table posts drop constraint posts_caption;',
    'drop function next_id();',
    'delete from posts;',
  ])('finds %s', (sql) => {
    expect(contractionsIn(sql)).toHaveLength(1)
  })

  it.each([
    'create table likes (id bigint not null);',
    "alter table posts add column colour text not null default 'red, green';",
    'alter table posts add column colour text;',
    'alter table posts drop constraint posts_kind; alter table posts add constraint posts_kind check (true);',
    '-- drop table likes\ncreate index posts_by_place on posts (place);',
    'drop trigger counts on posts; create trigger counts after insert on posts for each row execute function f();',
    'create or replace function f() returns trigger language plpgsql as $$ begin delete from tags; end $$;',
    'create table likes (post_id bigint references posts (id) on delete cascade);',
  ])('lets %s pass', (sql) => {
    expect(contractionsIn(sql)).toEqual([])
  })
})
