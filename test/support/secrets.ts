/** The token in most tests. No output of the service may contain it: the harness checks every response and log. */
export const MARK = 'marked-secret'
