/** The part of an OpenAPI 3.1 document that types are made of. */
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}
interface Operation {
  readonly summary?: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Schema }[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>
interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
}

const PREFIX = '/api/v1'

/** TypeScript of a description: an interface per named schema, and `Routes` with path, query, body and answer of each. */
export function typesOf({ paths, components }: Description): string {
  const schemas = Object.entries(components.schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema, '')}\n`)
  const routes = Object.entries(paths).flatMap(([address, methods]) => Object.entries(methods).map(([method, operation]) => (
    `  /** ${operation.summary ?? ''} */\n  '${method.toUpperCase()} ${address.slice(PREFIX.length)}': ${routeOf(operation)}\n`)))
  return `// Made by \`npm run web:types\` from the API's own description; a test holds it to that. Not to be edited.\n\n${
    schemas.join('\n')}\nexport interface Routes {\n${routes.join('')}}\n`
}

function routeOf({ parameters = [], requestBody, responses }: Operation): string {
  const members: string[] = []
  for (const place of ['path', 'query'] as const) {
    const here = parameters.filter((one) => one.in === place)
    if (here.length === 0) continue
    const optional = here.every((one) => one.required !== true)
    members.push(`${place}${optional ? '?' : ''}: { ${here.map(({ name, required, schema }) => `${key(name)}${required === true ? '' : '?'}: ${typeOf(schema, '')}`).join('; ')} }`)
  }
  const body = jsonOf(requestBody?.content)
  if (body !== undefined) members.push(`body${requestBody?.required === true && !isNullable(body) ? '' : '?'}: ${typeOf(body, '')}`)
  const answer = Object.entries(responses).map(([status, { content }]) => (status.startsWith('2') ? jsonOf(content) : undefined)).find((schema) => schema !== undefined)
  members.push(`answer: ${answer === undefined ? 'undefined' : typeOf(answer, '')}`)
  return `{ ${members.join('; ')} }`
}

const jsonOf = (content: Content | undefined): Schema | undefined => content?.['application/json']?.schema

/** Routes that take no body take an empty one as well. */
const isNullable = ({ anyOf = [] }: Schema): boolean => anyOf.some(({ type }) => type === 'null')

/** One schema as a type; what the API's schemas do not use is refused, rather than guessed. */
function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ')
  const several = schema.anyOf ?? schema.oneOf
  if (several !== undefined) return [...new Set(several.map((one) => typeOf(one, indent)))].join(' | ')
  if (schema.allOf !== undefined) return schema.allOf.map((one) => typeOf(one, indent)).join(' & ')
  if (Array.isArray(schema.type)) return schema.type.map((type: string) => typeOf({ ...schema, type }, indent)).join(' | ')
  switch (schema.type) {
    case 'string': return 'string'
    case 'number': case 'integer': return 'number'
    case 'boolean': return 'boolean'
    case 'null': return 'null'
    case 'array': return `(${typeOf(schema.items ?? {}, indent)})[]`
    case 'object': return objectOf(schema, indent)
    case undefined: return 'unknown'
    default: throw new Error(`no type is known for ${JSON.stringify(schema)}`)
  }
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
  const inner = `${indent}  `
  const members = Object.entries(properties).map(([name, schema]) => (
    `${inner}${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema, inner)}\n`))
  if (members.length > 0) return `{\n${members.join('')}${indent}}`
  return typeof additionalProperties === 'object' ? `Record<string, ${typeOf(additionalProperties, indent)}>` : 'Record<string, unknown>'
}

const literal = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value))
const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`)
