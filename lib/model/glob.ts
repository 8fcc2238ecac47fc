import picomatch from 'picomatch'

/** `*` is any text, slashes and dots too: names and images are no paths. `!` and `+(…)` mean themselves. */
const OPTIONS = { bash: true, dot: true, nonegate: true, noextglob: true, windows: false }

/**
 * Compiles a glob: `*`, `?`, `[ab]`, `{a,b}`, and `\` before what is meant as it is.
 * @param pattern not empty
 * @returns whether a text matches as a whole
 */
export function glob (pattern: string): (text: string) => boolean {
  const isMatch = picomatch(pattern, OPTIONS)
  return text => isMatch(text)
}
