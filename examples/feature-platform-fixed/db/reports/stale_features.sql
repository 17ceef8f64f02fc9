-- Prepaid customers whose current features are older than a week.
SELECT customer_id, event_time
FROM feature_store.customer_features
WHERE is_current
  AND event_time < now() - interval '7 days'
  AND attributes @> '{"plan": "prepaid"}'
ORDER BY event_time;
