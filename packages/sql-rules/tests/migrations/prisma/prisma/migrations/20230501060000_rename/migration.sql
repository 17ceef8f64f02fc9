-- AlterTable
ALTER TABLE "Project" RENAME CONSTRAINT "Project_pkey" TO "Workspace_pkey";
ALTER TABLE "Project" RENAME TO "Workspace";

-- RenameForeignKey
ALTER TABLE "Workspace" RENAME CONSTRAINT "Project_ownerId_fkey" TO "Workspace_ownerId_fkey";

-- RenameIndex
ALTER INDEX "Project_metadata_idx" RENAME TO "Workspace_metadata_idx";
