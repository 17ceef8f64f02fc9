-- DropIndex
DROP INDEX "Workspace_metadata_idx";

-- AlterTable
ALTER TABLE "Workspace" ADD COLUMN     "labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "limits" JSONB[],
DROP COLUMN "name";

-- CreateIndex
CREATE INDEX "Workspace_labels_idx" ON "Workspace" USING GIN ("labels");
