'use strict'
// Shows openapi.json. Everything is made with createElement: the page's policy allows no HTML from strings.

const list = document.getElementById('list')
const find = document.getElementById('find')

function element(name, attributes, ...children) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== false) node.setAttribute(key, value === true ? '' : value)
  }
  node.append(...children.filter((child) => child !== undefined && child !== ''))
  return node
}

function resolve(api, schema) {
  if (!schema || !schema.$ref) return schema
  return api.components.schemas[schema.$ref.split('/').pop()]
}

/** A schema as the TypeScript type that a reader would write. */
function typeOf(api, schema, depth = 0) {
  const name = schema && schema.$ref ? schema.$ref.split('/').pop() : ''
  const s = resolve(api, schema)
  if (!s) return 'unknown'
  if (s.enum) return s.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (s.type === 'array') return typeOf(api, s.items, depth) + '[]'
  if (s.type === 'object' || s.properties) {
    if (depth > 4) return name || 'object'
    return objectOf(api, s, depth)
  }
  const format = s.format && !['int64', 'int32', 'double'].includes(s.format) ? ` (${s.format})` : ''
  return (Array.isArray(s.type) ? s.type.join(' | ') : s.type || 'any') + format + bounds(s)
}

function bounds(s) {
  const parts = []
  if (s.minLength !== undefined || s.maxLength !== undefined) parts.push(`length ${s.minLength ?? 0}..${s.maxLength ?? ''}`)
  if (s.minimum !== undefined || s.maximum !== undefined) parts.push(`${s.minimum ?? ''}..${s.maximum ?? ''}`)
  return parts.length ? ` [${parts.join(', ')}]` : ''
}

function objectOf(api, s, depth) {
  const indent = '  '.repeat(depth + 1)
  const required = new Set(s.required || [])
  const lines = Object.entries(s.properties || {}).map(([key, value]) => {
    const note = value.description ? `  // ${value.description}` : ''
    return `${indent}${key}${required.has(key) ? '' : '?'}: ${typeOf(api, value, depth + 1)}${note}`
  })
  if (s.additionalProperties && typeof s.additionalProperties === 'object') {
    lines.push(`${indent}[key: string]: ${typeOf(api, s.additionalProperties, depth + 1)}`)
  }
  if (!lines.length) return '{}'
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`
}

function parameters(api, operation) {
  if (!operation.parameters || !operation.parameters.length) return ''
  const rows = operation.parameters.map((p) =>
    element('tr', {},
      element('td', { class: 'name' }, element('code', {}, p.name), p.required ? element('i', {}, ' *') : ''),
      element('td', {}, p.in),
      element('td', {}, element('code', {}, typeOf(api, p.schema))),
      element('td', {}, p.description || ''),
    ))
  return element('div', {}, element('h4', {}, 'Parameters'), element('table', {}, ...rows))
}

function bodies(api, title, content) {
  return Object.entries(content || {}).map(([type, media]) =>
    element('div', {},
      element('h4', {}, `${title} `, element('code', {}, type)),
      element('pre', {}, typeOf(api, media.schema)),
    ))
}

function answers(api, operation) {
  const good = Object.entries(operation.responses).filter(([code]) => code < '400')
  const refused = Object.entries(operation.responses).filter(([code]) => code >= '400')
  return element('div', {},
    ...good.flatMap(([code, answer]) => [
      element('h4', {}, `${code} ${answer.description}`),
      ...bodies(api, 'Answer', answer.content),
    ]),
    element('p', {}, 'Refusals: ' + refused.map(([code, answer]) => `${code} ${answer.description}`).join(' · ')),
  )
}

function operationCard(api, path, method, operation) {
  const inside = element('div', { class: 'inside' })
  const card = element('details', { 'data-text': `${method} ${path} ${operation.operationId}`.toLowerCase() },
    element('summary', {},
      element('span', { class: `method ${method}` }, method.toUpperCase()),
      element('code', {}, path),
      element('span', { class: 'access' }, operation['x-access'] || ''),
    ),
    inside,
  )
  card.addEventListener('toggle', () => {
    if (!card.open || inside.childNodes.length) return
    const request = operation.requestBody ? bodies(api, 'Body', operation.requestBody.content) : []
    inside.append(element('p', {}, element('code', {}, operation.operationId), ' ', operation.description || ''))
    for (const part of [parameters(api, operation), ...request, answers(api, operation)]) {
      if (part) inside.append(part)
    }
  })
  return card
}

function show(api) {
  document.getElementById('version').textContent = api.info.version
  list.replaceChildren()
  const groups = new Map()
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = (operation.tags && operation.tags[0]) || 'other'
      if (!groups.has(tag)) groups.set(tag, [])
      groups.get(tag).push(operationCard(api, path, method, operation))
    }
  }
  for (const [tag, cards] of groups) list.append(element('section', {}, element('h2', {}, tag), ...cards))
}

find.addEventListener('input', () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean)
  for (const card of list.querySelectorAll('details')) {
    card.hidden = !words.every((word) => card.dataset.text.includes(word))
  }
  for (const section of list.querySelectorAll('section')) {
    section.hidden = !section.querySelector('details:not([hidden])')
  }
})

fetch('/api/v1/openapi.json')
  .then((answer) => answer.json())
  .then(show)
  .catch((error) => list.replaceChildren(element('p', {}, `The document did not load: ${error.message}`)))
