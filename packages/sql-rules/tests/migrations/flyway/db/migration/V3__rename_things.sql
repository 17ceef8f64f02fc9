ALTER TABLE customers RENAME COLUMN segment TO cohort;
ALTER TABLE customers RENAME CONSTRAINT customers_segment_check TO customers_cohort_check;
ALTER INDEX idx_customers_plan RENAME TO customers_plan_idx;
ALTER TABLE customer_features RENAME TO feature_history;
