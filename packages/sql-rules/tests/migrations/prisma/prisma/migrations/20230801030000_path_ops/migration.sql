CREATE INDEX "Workspace_metadata_path" ON "Workspace" USING GIN ("metadata" jsonb_path_ops);
CREATE INDEX "Workspace_plan" ON "Workspace" (("metadata"->>'plan'));
