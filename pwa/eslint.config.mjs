import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['dist', 'src/api/schema.d.ts', 'public'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/essential'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      eqeqeq: ['error', 'smart'],
      // Bare, a file that does not come on a weak line takes the whole page with it.
      'no-restricted-imports': ['error', { paths: [{ name: 'vue', importNames: ['defineAsyncComponent'], message: 'Take part() of ui/part.ts.' }] }],
    },
  },
  { files: ['src/ui/part.ts'], rules: { 'no-restricted-imports': 'off' } },
)
