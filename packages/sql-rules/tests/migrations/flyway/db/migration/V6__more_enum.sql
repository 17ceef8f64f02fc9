ALTER TYPE plan ADD VALUE IF NOT EXISTS 'team' AFTER 'free';
ALTER TYPE plan RENAME TO billing_plan;
ALTER DOMAIN percentage RENAME TO percent;
