/*
  Warnings:

  - Made the column `settings` on table `User` required. This step will fail if there are existing NULL values.

*/
-- AlterTable
ALTER TABLE "User" ALTER COLUMN "settings" SET NOT NULL,
ALTER COLUMN "settings" SET DEFAULT '{}';
