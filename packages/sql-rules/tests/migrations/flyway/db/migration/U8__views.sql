DROP MATERIALIZED VIEW plan_counts;
DROP VIEW active_customers;
