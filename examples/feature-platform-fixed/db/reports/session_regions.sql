-- Visits by region of the cell the phone was in.
SELECT region, count(*)
FROM feature_store.sessions
GROUP BY 1;
