-- No report asks for the start of a session any more.
DROP INDEX feature_store.sessions_started_idx;
