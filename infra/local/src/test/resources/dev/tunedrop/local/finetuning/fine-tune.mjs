// The official client, as its users write it: upload, order, follow the events to the end, chat.
// Arguments: base URL, API key, training file, the order as JSON. Prints one JSON document.
import fs from 'node:fs';
import OpenAI from 'openai';

const [baseURL, apiKey, path, order] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });

const file = await client.files.create({ file: fs.createReadStream(path), purpose: 'fine-tune' });
await client.files.waitForProcessing(file.id);
const ordered = { training_file: file.id, ...JSON.parse(order) };
const created = await client.fineTuning.jobs.create(ordered, { idempotencyKey: 'order-1' });

const statuses = new Set();
const events = new Map();
let job;
do {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  job = await client.fineTuning.jobs.retrieve(created.id);
  statuses.add(job.status);
  for await (const event of client.fineTuning.jobs.listEvents(created.id, { limit: 10 })) events.set(event.id, event);
} while (!['succeeded', 'failed', 'cancelled'].includes(job.status));

const checkpoints = [];
for await (const checkpoint of client.fineTuning.jobs.checkpoints.list(job.id)) checkpoints.push(checkpoint);
const question = [{ role: 'user', content: 'Where is my parcel?' }];
const asked = { model: job.fine_tuned_model, messages: question, temperature: 0, max_tokens: 24 };
const answer = await client.chat.completions.create(asked);
let streamed = '';
let pieces = 0;
for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
  const piece = chunk.choices[0]?.delta?.content ?? '';
  streamed += piece;
  if (piece) pieces++;
}

const results = await (await client.files.content(job.result_files[0])).text();
const models = (await client.models.list()).data.map((model) => model.id);
let refusal;
try {
  await client.fineTuning.jobs.create({ ...ordered, model: 'gpt-nothing' });
} catch (error) {
  refusal = { kind: error.constructor.name, status: error.status, code: error.code, param: error.param };
}
console.log(
  JSON.stringify({
    created,
    job,
    statuses: [...statuses],
    events: [...events.values()],
    checkpoints,
    answer: answer.choices[0].message.content,
    model: answer.model,
    streamed,
    pieces,
    results,
    models,
    refusal,
  }),
);
