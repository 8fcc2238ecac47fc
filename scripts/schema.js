// Writes dockstat.schema.json. Run it with `npm run schema`, which builds the service first.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonSchema } from '../dist/lib/config/json-schema.js'

writeFileSync(join(import.meta.dirname, '../dockstat.schema.json'), jsonSchema())
