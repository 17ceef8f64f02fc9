const DEFINITION = /^kind:[ \t]*["']?CustomResourceDefinition["']?[ \t\r]*(?:#.*)?$/m;
/** Comments to the linter count beyond their document, and a document may begin behind the end of another. */
const MORE = /eslint-|^\.\.\.(?:\s|$)/m;

/**
 * A text with blanks for its documents that define custom resources: schemas as long as books, of which operators bring
 * a dozen in the file of their one Deployment, and no rule reads any. What is left stands where it stood. A line that
 * begins with `---` or `kind:` is in no string and no block, so the lines alone tell.
 */
export function withoutDefinitions(text: string): string {
  if (!DEFINITION.test(text)) return text;
  return text
    .split(/^(?=---(?:\s|$))/m)
    .map((document) => (DEFINITION.test(document) && !MORE.test(document) ? blanked(document) : document))
    .join("");
}

/** The line that separates it from the document before it is left. */
function blanked(document: string): string {
  const start = document.startsWith("---") ? 3 : 0;
  return (
    document.slice(0, start) +
    document.slice(start).replaceAll(/[^\r\n]+/g, (line) => " ".repeat(line.length))
  );
}
