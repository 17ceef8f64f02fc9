CREATE SCHEMA IF NOT EXISTS "billing";
CREATE TYPE "billing"."Status" AS ENUM ('OPEN', 'PAID');
CREATE TABLE "billing"."Invoice" ("id" TEXT NOT NULL, "status" "billing"."Status" NOT NULL DEFAULT 'OPEN', "lines" JSONB NOT NULL, "auditId" BIGINT, CONSTRAINT "Invoice_pkey" PRIMARY KEY ("id"));
ALTER TABLE "billing"."Invoice" ADD CONSTRAINT "Invoice_auditId_fkey" FOREIGN KEY ("auditId") REFERENCES "public"."Audit"("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE INDEX "Invoice_lines_idx" ON "billing"."Invoice" USING GIN ("lines");
