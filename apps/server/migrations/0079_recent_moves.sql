-- The curve of a segment asks for the moves of some days; without this it read those of all years. They are written as time goes on, so
-- that the blocks of a range of days lie together and an index of ranges does, which costs a move next to nothing.
create index segment_moves_recent on segment_moves using brin (moved_at);
