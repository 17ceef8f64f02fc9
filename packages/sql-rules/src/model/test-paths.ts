/** Of what serves development and tests: nobody waits for it, and its past is nobody's. */
export const TEST =
  /(?:^|[/_.-])(?:fixtures?|seed(?:s|ers?|ing)?|test_?(?:data|utils?|suites?|db|helpers?|support)|tests?|testing|conftest|factories|specs?|e2e|pgtap)(?=[/_.-])/i;
