const FOLDER =
  /(?:^|\/)(?:tests?|testing|e2e|(?:unit|integration|functional|system|smoke|e2e)[-_]?tests?|tests[-_]\w+)\//;
const FILE = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.pyi?$/;

/** Whether a file is a test or helps tests, by its path below the root. */
export function isTest(file: string): boolean {
  return FOLDER.test(file) || FILE.test(file);
}
