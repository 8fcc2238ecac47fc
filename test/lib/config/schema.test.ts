import { Ajv } from 'ajv'
import t from 'tap'
import { environmentSchema, fileSchema } from '../../../lib/config/schema.ts'

t.test('the schemas are schemas', async t => {
  const ajv = new Ajv()
  for (const schema of [fileSchema, environmentSchema]) t.ok(ajv.validateSchema(schema), ajv.errorsText())
})
