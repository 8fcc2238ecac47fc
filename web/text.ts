const collator = new Intl.Collator(undefined, { numeric: true })

/** Orders texts for readers, numbers in them by their value. */
export const compareTexts = collator.compare
