import { expect, test } from "vitest";
import { placeOf, queryProblem } from "./text.ts";

test.each([
  "select id from contacts",
  "SELECT contact_id FROM orders WHERE placed_at > now() - interval '90 days' GROUP BY contact_id HAVING sum(total) > 100",
  "with big as (select contact_id, count(*) as n from events where name = 'Order Completed' group by 1) select contact_id from big where n >= 3 -- loyal; really\n",
  "select c.id from contacts c where exists (select 1 from orders o where o.contact_id = c.id and o.total::numeric(10,2) > 1.5e-2) /* a /* nested */ comment; */",
  "select c.id from contacts c where c.attributes ->> 'it''s; drop table contacts' is not null and c.city in ('Lyon', 'set_config(')",
  `select "c"."id" from contacts as "c" left join lateral (values (1)) as v (n) on true where c.known`,
  "select contact_id from (select contact_id, row_number() over (partition by contact_id order by placed_at desc) as n from orders) as o where n = 1",
  "select id from contacts where lower(left(email, 3)) = 'abc' and extract(year from birth_date) between 1980 and 1990",
])("a question is let through: %s", (query) => {
  expect(queryProblem(query)).toBeNull();
});

test.each([
  ["", "sql_empty"],
  ["  -- nothing", "sql_empty"],
  ["delete from contacts", "sql_statement"],
  ["copy contacts to program 'id'", "sql_statement"],
  ["do 'begin end'", "sql_statement"],
  ["select id from contacts;", "sql_statement"],
  ["select id from contacts; drop table contacts", "sql_statement"],
  ["select id from contacts /* ; */ ; select 1", "sql_statement"],
  ["with gone as (delete from contacts returning id) select id from gone", "sql_word"],
  ["select id into x from contacts", "sql_word"],
  ["select id from contacts for update", "sql_word"],
  ["with recursive r as (select 1) select id from contacts", "sql_word"],
  ["with a as (select set_config('relance.workspace', 'x', true)) select id from contacts", "sql_function"],
  ["select id from contacts where pg_sleep(60) is null", "sql_catalogue"],
  ["select id from contacts where \"set_config\"('role', 'none', true) = ''", "sql_function"],
  ["select id from contacts where pg_catalog . set_config ('role', 'none', true) = ''", "sql_catalogue"],
  ["select id from contacts where set_config/* */('role', 'none', true) = ''", "sql_function"],
  ["select id from contacts where set_config--\n('role', 'none', true) = ''", "sql_function"],
  ["select id from contacts where SET_CONFIG('role', 'none', true) = ''", "sql_function"],
  ["select id from contacts where current_setting('relance.workspace') = ''", "sql_function"],
  ["select id from contacts where (60).pg_sleep is null", "sql_form"],
  ["select id from contacts where (array[60])[1].pg_sleep is null", "sql_form"],
  ["select id from contacts where ('select 1') . database_to_xml is null", "sql_form"],
  ["select id from contacts where query_to_xml('select 1', true, true, '') is null", "sql_function"],
  ["select id from contacts, generate_series(1, 1000000000000) as g", "sql_function"],
  ["select id from contacts where repeat('x', 1000000000) = ''", "sql_function"],
  ["select id from contacts where lo_import('/etc/passwd') = 1", "sql_catalogue"],
  ["select id from dblink('', '') as t (id uuid)", "sql_catalogue"],
  ["select id from public.contacts", "sql_catalogue"],
  ["select usename from pg_user", "sql_catalogue"],
  ["select 'public.contacts'::regclass", "sql_catalogue"],
  ["select table_name from information_schema.tables", "sql_catalogue"],
  ["select id from contacts where email = $1", "sql_form"],
  ["select id from contacts where email = $$x$$", "sql_form"],
  ["select id from contacts where email = e'\\'; drop'", "sql_form"],
  [`select U&"\\0073et_config"('a', 'b', true)`, "sql_form"],
  ["select id from contacts where 1 operator(pg_catalog.=) 1", "sql_word"],
  ["select id from contacts where 10 ^ 100000 > 1", "sql_word"],
  ["select id from contacts) as x; select (1", "sql_brackets"],
  ["select id from contacts where (known", "sql_brackets"],
  ["select id from contacts where email = 'x", "sql_form"],
  ["select id from contacts /* ", "sql_form"],
])("what is no question is refused: %s", (query, code) => {
  expect(queryProblem(query)?.code).toBe(code);
});

test("the place is where the trouble begins", () => {
  const query = "select id\nfrom contacts\nwhere pg_sleep(1) is null";
  expect(placeOf(query, queryProblem(query)!.at)).toEqual({ line: 3, column: 7 });
});
