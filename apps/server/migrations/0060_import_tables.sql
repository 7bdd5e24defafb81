-- An import has several files and tables: rows are numbered within their table, and what is known of a file moves into `shape`.
-- locks: imports, import_rows, import_refusals for moments
-- takes: moments; few imports, and rows only of those that wait
update imports set shape = jsonb_build_object(
  'files', jsonb_build_array(jsonb_build_object('name', file_name, 'path', file_path, 'bytes', file_bytes)),
  'tables', jsonb_build_array(jsonb_build_object(
    'name', file_name, 'file', 0, 'columns', shape -> 'columns', 'sample', shape -> 'sample', 'detected', '{"decimal": null, "dayFirst": null, "dates": []}'::jsonb,
    'layout', jsonb_build_object('format', 'csv', 'packing', case when shape -> 'gzip' = 'true'::jsonb then 'gzip' else 'none' end, 'entry', null, 'encoding', shape -> 'encoding', 'separator', shape -> 'separator'))));
-- A process of the release before still writes it.
alter table imports alter column file_path set default '';
alter table imports add column bytes_done bigint not null default 0;
alter table import_rows add column table_number smallint not null default 0;
alter table import_rows add column cells jsonb;
alter table import_rows drop constraint import_rows_pkey;
alter table import_rows add constraint import_rows_pkey primary key (import_id, group_key, table_number, row_number);
alter table import_refusals add column table_number smallint not null default 0;
alter table import_refusals drop constraint import_refusals_pkey;
alter table import_refusals add constraint import_refusals_pkey primary key (import_id, table_number, row_number);
-- What was staged under the old keys is staged anew when its import goes on.
delete from import_rows;
update imports set cursor = null, rows_done = 0 where state in ('checked', 'running');
