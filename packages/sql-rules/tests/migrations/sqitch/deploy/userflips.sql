-- Deploy flipr:userflips to pg

BEGIN;

CREATE OR REPLACE VIEW flipr.userflips AS SELECT f.id, u.nickname, f.body, f.ts FROM flipr.users u JOIN flipr.flips f ON u.nickname = f.nickname;

COMMIT;
