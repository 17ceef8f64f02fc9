-- Visits by region of the cell the phone was in.
SELECT context -> 'device' -> 'network' -> 'cell' ->> 'region' AS region, count(*)
FROM feature_store.sessions
GROUP BY 1;
