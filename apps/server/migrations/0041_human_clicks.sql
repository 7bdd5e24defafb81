-- The newest clicks of people in a workspace: at which hours they act (best time of sending).
-- locks: engagements, against writes, while the index is built
-- takes: a second per million engagements

create index engagements_human_clicks on engagements (workspace_id, at desc) where kind = 'clicked' and not machine;
