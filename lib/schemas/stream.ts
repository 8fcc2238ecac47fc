const example = `id: 5f1c0a9be2d4-7-YXRsYXM
event: snapshot
data: {"host":{"host":"atlas","up":true,…},"containers":[{"host":"atlas","id":"b9621bf0126a…","name":"web",…}]}

id: 5f1c0a9be2d4-8
event: update
data: {"host":{"host":"atlas","up":true,…},"changed":[{"host":"atlas","id":"b9621bf0126a…","name":"web",…}],"left":[]}

`

/** The events of `/stream`, which docs/api.md describes. */
export const streamContent = {
  'text/event-stream': {
    schema: {
      type: 'string',
      description: 'Events snapshot, update, transition, removed and end, each with JSON in data and an ID',
      examples: [example]
    }
  }
} as const
