CREATE  INDEX "book_tags" on
  "public"."book" using gin ("tags");
