-- More kinds of sources that are read on a schedule: feeds, files by SFTP, MySQL and MariaDB.
-- locks: syncs, for a moment (it has one row for each source)
-- takes: milliseconds
alter table syncs drop constraint syncs_kind_check;
alter table syncs add constraint syncs_kind_check check (kind in ('https', 'products', 'articles', 'sftp', 'postgres', 'mysql'));
