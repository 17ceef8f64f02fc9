-- No report asks for the region of a session any more.
DROP INDEX feature_store.sessions_region_idx;
