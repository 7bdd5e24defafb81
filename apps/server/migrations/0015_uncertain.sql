-- Sends of which nobody knows whether they left, oldest first: for the metric and for whoever settles them. A handful of rows at any time.
-- locks: sends against writing while the index is built
-- takes: about a second per million sends
create index sends_uncertain on sends (workspace_id, handed_at) where state = 'uncertain';
