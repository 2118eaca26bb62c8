import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from '@swc/core'

/** Reads the code for what it says to people: sentences that go through `say`, and those that do not. */

export interface Said {
  /** In which file of services/web/src, and where in it: for a person who looks for it. */
  file: string
  text: string
}

const source = fileURLToPath(new URL('../../src/', import.meta.url))

// What only whoever runs the place reads, in a terminal or a log.
const notForPeople =
  /^(cli|config|log|main|preflight|process|work|worker)\.ts$|^(db|demo|doctor|jobs|local|language|metrics)\//

const sayers = new Set(['say', 'sayWith', 'phrase'])
/** Attributes and properties that people read, even where they hold a single word. */
const read = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'hint', 'complaint', 'subject', 'summary'])
const isView = /(views|browse|heads|layout|page|mail)\.tsx$/
/** Calls whose words no visitor sees: they are for the log, for Prometheus, for whoever mends it. */
const unseen = /^(log|console|addSource)$|Error$/

/** The same in every language, or nothing that is read. */
const names =
  /^(avatar large|caption folded|light dark|Gramstack|Samsung Internet|Edge|Opera|Vivaldi|Firefox|Chrome|Safari|Android|Windows|Linux|Mozilla)$/

/** A sentence, or the beginning of one. In views also a word like a heading, or some words in a row. */
function isProse(text: string, isView: boolean): boolean {
  // A method and a path.
  if (names.test(text) || /^[A-Z]+ \//.test(text)) return false
  if (/^[\p{Lu}“@][\p{L}’'…-]*[,:]? [\p{L}\d@#“]/u.test(text)) return true
  return isView && (/^[A-Z][a-z]+$/.test(text) || /^ ?\p{Ll}+(?: [\p{L}’]+)+[ .,:?]*$/u.test(text))
}
const hasWord = (text: string): boolean => /\p{L}{2}/u.test(text.replace('Gramstack', ''))

interface Node {
  type: string
  [key: string]: unknown
}

/** All of the code: what is said by it, and what stands in it though it should be said. */
export function readSentences(): { said: Said[]; unsaid: Said[] } {
  const said: Said[] = []
  const unsaid: Said[] = []
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !/\.test\./.test(file) && !notForPeople.test(file),
  )
  for (const file of files.sort()) {
    const program = parseSync(readFileSync(join(source, file), 'utf8'), {
      syntax: 'typescript',
      tsx: file.endsWith('x'),
    })
    walk(program as unknown as Node, file, said, unsaid)
  }
  return { said, unsaid }
}

function walk(node: Node, file: string, said: Said[], unsaid: Said[], isRead = false): void {
  const look = (inner: unknown, innerIsRead = false): void => {
    for (const one of Array.isArray(inner) ? inner : [inner]) {
      if (isNode(one)) walk(one, file, said, unsaid, innerIsRead)
      // An argument, or an item of a list, is wrapped once more.
      else if (isNode(one?.expression)) walk(one.expression, file, said, unsaid, innerIsRead)
    }
  }
  const judge = (text: string): void => {
    if (isRead ? hasWord(text) : isProse(text, isView.test(file))) unsaid.push({ file, text })
  }
  switch (node.type) {
    case 'ImportDeclaration':
    case 'TaggedTemplateExpression':
    case 'TsTypeAnnotation':
    case 'TsLiteralType':
      break
    case 'CallExpression':
    case 'NewExpression':
      walkCall(node, file, said, unsaid, look)
      break
    case 'JSXText':
      if (hasWord(String(node.value))) unsaid.push({ file, text: String(node.value).trim() })
      break
    case 'JSXElement':
    case 'JSXFragment':
      look(node.opening)
      look(node.children, true)
      break
    case 'JSXAttribute':
      // The names of classes are words in a row.
      if (read.has(attributeOf(node.name))) look(node.value, true)
      else if ((node.value as Node | null)?.type === 'JSXExpressionContainer') look(node.value)
      break
    case 'JSXExpressionContainer':
    case 'ParenthesisExpression':
      look(node.expression, isRead)
      break
    case 'KeyValueProperty':
      look(node.value, read.has(nameOf(node.key)))
      break
    case 'ConditionalExpression':
      look(node.test)
      look([node.consequent, node.alternate], isRead)
      break
    case 'BinaryExpression':
      look(node.left)
      look(node.right, isRead)
      break
    case 'StringLiteral':
      judge(String(node.value))
      break
    case 'TemplateLiteral':
      judge((node.quasis as { raw: string }[]).map(({ raw }) => raw).join('…'))
      look(node.expressions)
      break
    default:
      for (const inner of Object.values(node)) look(inner)
  }
}

/** A call of `say` is what is looked for; what others are given is looked through. */
function walkCall(node: Node, file: string, said: Said[], unsaid: Said[], look: (inner: unknown) => void): void {
  const callee = nameOf(node.callee)
  const given = (node.arguments as { expression: Node }[] | undefined) ?? []
  if (unseen.test(callee)) return
  if (!sayers.has(callee)) {
    look(node.callee)
    look(given)
    return
  }
  const [first, ...others] = given
  const text = first && textOf(first.expression)
  if (text !== undefined) said.push({ file, text })
  else if (first?.expression.type === 'TemplateLiteral') unsaid.push({ file, text: `glued in ${callee}(…)` })
  else look(first)
  look(others)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function nameOf(node: unknown): string {
  const { type, value, property } = node as Node
  return type === 'MemberExpression' ? nameOf((node as Node).object) || nameOf(property) : String(value ?? '')
}

function attributeOf(name: unknown): string {
  const { type, value, namespace, name: own } = name as { type: string; value?: string; namespace?: Node; name?: Node }
  return type === 'JSXNamespacedName' ? `${namespace?.value}:${own?.value}` : String(value)
}

/** What a literal says; undefined for anything else. */
function textOf(node: Node): string | undefined {
  if (node.type === 'StringLiteral') return String(node.value)
  if (node.type !== 'TemplateLiteral' || (node.expressions as unknown[]).length) return undefined
  return (node.quasis as { cooked: string }[]).map(({ cooked }) => cooked).join('')
}
