import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { firstAbove } from '../search.ts'

interface Props<T> {
  items: readonly T[]
  heightOf (item: T): number
  keyOf (item: T): string
  /** ARIA roles of the list and its items. */
  roles: 'rowgroup row' | 'list listitem'
  /** Number of rows above the list in the same table. */
  rowsAbove?: number
  children (item: T): ComponentChildren
}

/** Pixels above and below the window that are rendered too. */
const MARGIN = 400

/** A long list in the window of the browser, of which only the part in view is rendered. */
export function WindowList<T> ({ items, heightOf, keyOf, roles, rowsAbove = 0, children }: Props<T>) {
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
  const [role, itemRole] = roles.split(' ') as ['rowgroup', 'row'] | ['list', 'listitem']
  const positionOf = (index: number) => itemRole === 'row'
    ? { 'aria-rowindex': index + 1 + rowsAbove }
    : { 'aria-posinset': index + 1, 'aria-setsize': items.length }
  return (
    <div ref={list} class='window' role={role} style={{ height: `${ends.at(-1) ?? 0}px` }}>
      <div role='presentation' style={{ transform: `translateY(${first === 0 ? 0 : ends[first - 1] ?? 0}px)` }}>
        {items.slice(first, last).map((item, index) => (
          <div key={keyOf(item)} role={itemRole} {...positionOf(first + index)}>{children(item)}</div>
        ))}
      </div>
    </div>
  )
}
