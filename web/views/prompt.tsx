import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { enterToken, reason } from '../state/connection.ts'

/** Asks for the token. */
export function Prompt () {
  const [given, setGiven] = useState('')
  const [isKept, setKept] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => input.current?.focus(), [])
  return (
    <main class='prompt'>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (given.trim() !== '') enterToken(given.trim(), isKept)
        }}
      >
        <h1>DockStatAPI</h1>
        <label for='token'>Token</label>
        <input
          id='token' ref={input} type='password' autocomplete='current-password' value={given}
          aria-describedby='hint problem' onInput={event => setGiven(event.currentTarget.value)}
        />
        <p id='problem' class='problem' role='alert'>{reason.value}</p>
        <label class='box'>
          <input type='checkbox' checked={isKept} onChange={event => setKept(event.currentTarget.checked)} />
          Remember it on this device
        </label>
        <button type='submit'>Show my containers</button>
        <p id='hint' class='hint'>
          The service prints a token when it starts without one of its own: see its terminal or{' '}
          <code>docker logs</code>. Otherwise it is what <code>SECRET</code> or <code>auth.token</code> is set to.
        </p>
      </form>
    </main>
  )
}
