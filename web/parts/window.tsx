import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

interface Props<T> {
  items: readonly T[]
  heightOf (item: T): number
  keyOf (item: T): string
  children (item: T): ComponentChildren
}

/** Pixels above and below the window that are rendered too. */
const MARGIN = 400

/** The index of the first entry of an ascending list that is greater than a value. */
function firstAbove (ends: Float64Array, value: number): number {
  let [low, high] = [0, ends.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] ?? Infinity) > value) high = middle
    else low = middle + 1
  }
  return low
}

/** A long list in the window of the browser, of which only the part in view is rendered. */
export function WindowList<T> ({ items, heightOf, keyOf, children }: Props<T>) {
  const list = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ from: 0, to: innerHeight })
  useLayoutEffect(() => {
    const measure = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0
      const next = { from: -top - MARGIN, to: innerHeight - top + MARGIN }
      setView(known => Math.abs(known.from - next.from) > MARGIN / 4 || known.to - known.from !== next.to - next.from
        ? next
        : known)
    }
    measure()
    addEventListener('scroll', measure, { passive: true })
    addEventListener('resize', measure)
    return () => {
      removeEventListener('scroll', measure)
      removeEventListener('resize', measure)
    }
  }, [])
  const ends = new Float64Array(items.length)
  for (const [index, item] of items.entries()) ends[index] = (ends[index - 1] ?? 0) + heightOf(item)
  const first = firstAbove(ends, view.from)
  const last = Math.min(firstAbove(ends, view.to) + 1, items.length)
  return (
    <div ref={list} class='window' role='rowgroup' style={{ height: `${ends.at(-1) ?? 0}px` }}>
      <div style={{ transform: `translateY(${first === 0 ? 0 : ends[first - 1] ?? 0}px)` }}>
        {items.slice(first, last).map(item => (
          <div key={keyOf(item)} class='item' role='presentation'>{children(item)}</div>
        ))}
      </div>
    </div>
  )
}
