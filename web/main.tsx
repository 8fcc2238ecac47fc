import { render } from 'preact'
import { App } from './views/app.tsx'
import { stayConnected } from './state/connection.ts'

stayConnected()

const page = document.getElementById('page')
if (page) render(<App />, page)
