// The official client's first half: upload, order, look, cancel. Prints one JSON document.
// Arguments: base URL, API key, training file, model.
import fs from 'node:fs';
import OpenAI from 'openai';

const [baseURL, apiKey, path, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const file = await client.files.create({ file: fs.createReadStream(path), purpose: 'fine-tune' });
const created = await client.fineTuning.jobs.create({ model, training_file: file.id, metadata: { team: 'support' } });
const found = [];
for await (const job of client.fineTuning.jobs.list({ metadata: { team: 'support' } })) found.push(job.id);
const cancelled = await client.fineTuning.jobs.cancel(created.id);
console.log(JSON.stringify({ file, created, found, status: cancelled.status }));
