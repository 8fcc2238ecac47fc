import { own } from '../model/own.ts'

/** Text with its variables expanded, and the problems found. */
export interface Expanded {
  text: string
  problems: string[]
}

const [PLAIN, DEFAULTED, DEMANDED] = ['NAME', 'NAME:-default', 'NAME:?message'].map(form => `\${${form}}`)
const FORMS = `use ${PLAIN}, ${DEFAULTED} or ${DEMANDED}, or $$ for a literal $`

const REFERENCE = /\$(?:(\$)|\{([A-Za-z_]\w*)(:-|:\?)?|(?=[A-Za-z_{]))/

/** Index of the `}` that closes a `${` before `text`; -1 if there is none. */
function closingBrace (text: string): number {
  let depth = 1
  for (let index = 0; index < text.length; index++) {
    if (text.startsWith('${', index)) depth++
    if (text[index] === '}' && --depth === 0) return index
  }
  return -1
}

/**
 * Expands variables as Compose files do: `${NAME}` must be set. If NAME is unset or empty, `${NAME:-default}` gives the
 * default and `${NAME:?message}` fails with the message. `$$` is a literal `$`.
 */
export function expand (text: string, env: NodeJS.ProcessEnv): Expanded {
  const expanded: Expanded = { text: '', problems: [] }
  let rest = text
  for (let match = REFERENCE.exec(rest); match; match = REFERENCE.exec(rest)) {
    const [whole, escaped, name, operator] = match
    const after = rest.slice(match.index + whole.length)
    const end = closingBrace(after)
    expanded.text += rest.slice(0, match.index)
    if (escaped) {
      expanded.text += '$'
      rest = after
    } else if (name === undefined || end < 0 || (!operator && end > 0)) {
      expanded.problems.push(`this is not a valid variable: ${FORMS}`)
      return expanded
    } else {
      resolve(expanded, env, { name, operator, argument: after.slice(0, end) })
      rest = after.slice(end + 1)
    }
  }
  expanded.text += rest
  return expanded
}

interface Reference {
  name: string
  operator: string | undefined
  /** The default or the message. */
  argument: string
}

function resolve (expanded: Expanded, env: NodeJS.ProcessEnv, { name, operator, argument }: Reference) {
  const value = own(env, name)
  if (operator ? value : value !== undefined) {
    expanded.text += value
  } else if (operator === ':-') {
    const { text, problems } = expand(argument, env)
    expanded.text += text
    expanded.problems.push(...problems)
  } else {
    expanded.problems.push(`the environment variable ${name} is not set${argument && `: ${argument}`}`)
  }
}
