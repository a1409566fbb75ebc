-- The queue goes by the next action instead of the deadline.
UPDATE cases SET sort_at = next_action_at WHERE next_action_at IS NOT NULL;
