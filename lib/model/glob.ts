import picomatch from 'picomatch'

/** `*` also matches slashes and dots, because names and images are not paths. `!` and `+(…)` are literal. */
const OPTIONS = { bash: true, dot: true, nonegate: true, noextglob: true, windows: false }

/** Compiles a non-empty glob (`*`, `?`, `[ab]`, `{a,b}`, `\` escapes) to a function that tests whole strings. */
export function glob (pattern: string): (text: string) => boolean {
  const isMatch = picomatch(pattern, OPTIONS)
  return text => isMatch(text)
}
