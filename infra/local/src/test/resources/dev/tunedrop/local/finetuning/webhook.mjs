// The official client takes a webhook, or refuses its signature. Arguments: secret, headers as JSON, body.
import OpenAI from 'openai';

const [secret, headers, body] = process.argv.slice(2);
const client = new OpenAI({ apiKey: 'none' });
const taken = async (text) => {
  try {
    return (await client.webhooks.unwrap(text, JSON.parse(headers), secret)).type;
  } catch (error) {
    return error.constructor.name;
  }
};
console.log(JSON.stringify({ type: await taken(body), forged: await taken(body.replace('succeeded', 'failed')) }));
