import { Ajv } from 'ajv'
import t from 'tap'
import { environmentSchema } from '../../../lib/config/environment.ts'
import { fileSchema } from '../../../lib/config/schema.ts'

t.test('has valid JSON Schemas', async t => {
  const ajv = new Ajv()
  for (const schema of [fileSchema, environmentSchema]) t.ok(ajv.validateSchema(schema), ajv.errorsText())
})
