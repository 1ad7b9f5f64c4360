import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { currentTypes, FILE } from '../../tools/api-types.ts'
import { typesOf } from '../../tools/json-schema-types.ts'

test('the page\'s types of the API are those that the server describes now (npm run web:types makes them)', async () => {
  expect(readFileSync(FILE, 'utf8')).toBe(await currentTypes())
})

test('a schema that has no known type is refused, not guessed', () => {
  expect(() => typesOf({ paths: {}, components: { schemas: { Odd: { type: 'money' } } } })).toThrow('no type is known')
})
