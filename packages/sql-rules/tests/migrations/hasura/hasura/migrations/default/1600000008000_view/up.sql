CREATE OR REPLACE VIEW "public"."book_list" AS SELECT b.id, b.tags, a.name FROM book b JOIN author a ON a.id = b.author_id;
CREATE OR REPLACE VIEW "public"."book_list" AS SELECT b.id, b.tags, a.name, b.genre FROM book b JOIN author a ON a.id = b.author_id;
