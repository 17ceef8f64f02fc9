-- Visits by phone, for the weekly report.
SELECT count(*)
FROM feature_store.sessions
WHERE context @> '{"device": {"kind": "phone"}}';
