-- Visits from one region, however it is spelled.
SELECT customer_id, started_at
FROM feature_store.sessions
WHERE lower(region) = 'north';
