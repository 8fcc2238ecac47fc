/** The same picture as in `web/icon.svg`, which the compiled service may be without. */
export const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
  '<rect width="32" height="32" rx="7" fill="#2463c9"/>' +
  '<path d="M6 21h4l3-9 5 14 4-10 1.5 5H26" fill="none" stroke="#fff" stroke-width="2.4" ' +
  'stroke-linecap="round" stroke-linejoin="round"/></svg>\n'
