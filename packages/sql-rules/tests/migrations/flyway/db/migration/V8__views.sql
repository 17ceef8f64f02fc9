CREATE VIEW active_customers AS SELECT customer_id, email, profile ->> 'plan' AS plan FROM customers WHERE last_seen IS NOT NULL;
CREATE MATERIALIZED VIEW plan_counts AS SELECT plan, count(*)::bigint AS n FROM subscriptions GROUP BY plan WITH NO DATA;
CREATE UNIQUE INDEX plan_counts_plan ON plan_counts (plan);
