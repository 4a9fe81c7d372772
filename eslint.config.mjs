import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What is printed goes one way. */
const terminal = [
  {
    selector:
      'MemberExpression[object.object.name="process"][object.property.name=/^std(out|err)$/][property.name="write"]',
    message: 'What is printed goes through base/terminal.ts: text from elsewhere steers no terminal.',
  },
];

/** What to type next is read out of texts again: one function says how such a line begins. */
const nextLines = ['Literal[value=/(^|\\n) *next: /]', 'TemplateElement[value.cooked=/(^|\\n) *next: /]'].map(
  (selector) => ({ selector, message: 'Say it with nextLine() of base/errors.ts.' }),
);

export default tseslint.config(
  { ignores: ['node_modules/', 'coverage/', 'storedog/', 'docs/'] },
  js.configs.recommended,
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        require: 'readonly',
        module: 'writable',
        process: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
        __filename: 'readonly',
      },
    },
  },
  { files: ['**/*.mjs'], languageOptions: { sourceType: 'module' } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      // A type parameter that is used once still names what a JSON text is read as.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...terminal, ...nextLines],
      'no-restricted-properties': [
        'error',
        {
          object: 'Date',
          property: 'now',
          message:
            'Somebody may set the clock: measure with performance.now(). Where a date is meant, write new Date().getTime().',
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/toolchain/plugins/*'], message: 'Plugins are found by Pulumi, nobody imports them.' },
          ],
        },
      ],
    },
  },
  {
    files: ['toolchain/**/*.ts', 'test/plugins/**/*.ts', 'test/toolchain/**/*.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    // The way onto a terminal itself, and programs that speak to Pulumi only.
    files: ['base/terminal.ts', 'toolchain/plugins/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...nextLines], 'no-console': 'off' },
  },
  { files: ['base/errors.ts'], rules: { 'no-restricted-syntax': ['error', ...terminal] } },
  {
    files: ['test/**/*.ts'],
    rules: { 'no-restricted-syntax': 'off', 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  {
    // Here to refuse a value is to have none: `return refuse(…)`, `found ?? refuse(…)`.
    files: ['config/compose/**/*.ts'],
    rules: { '@typescript-eslint/no-confusing-void-expression': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/no-floating-promises': 'error' },
  },
);
