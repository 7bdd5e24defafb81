-- Rows of one order that follow one another in a file are staged as one, with what a check asks of them in columns: a twentieth of the rows
-- and index entries of a file of twenty lines an order, and no JSON to take apart for its sums.
-- locks: import_rows for moments
-- takes: moments; what was staged is staged anew when its import goes on
drop table import_rows;
create unlogged table import_rows (
  import_id uuid not null,
  group_key text not null,
  table_number smallint not null,
  -- of the first; the others follow without a gap
  row_number bigint not null,
  workspace_id uuid not null,
  -- {"contact": …, "order": …, "rows": [{"line": …, "product": …, "article": …}, …]}
  payload text not null,
  -- of each row as it came, where it may still be refused for want of another
  cells jsonb,
  who text,
  products text[],
  line_total numeric,
  quantity numeric,
  order_total numeric,
  placed_at timestamptz,
  -- whether a row gives its product a name
  named boolean not null,
  -- when prices of a sale begin and end
  price_changes timestamptz[],
  primary key (import_id, group_key, table_number, row_number)
);
-- Kept as it is up to a page, and out of line above: compressing what is read once costs more than it saves.
alter table import_rows set (toast_tuple_target = 8160);
alter table import_rows alter column payload set storage external;
update imports set rows_done = 0, cursor = null where state in ('checked', 'running');
