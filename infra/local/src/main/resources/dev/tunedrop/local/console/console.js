// Reads the address, asks for what it shows, and asks again while something runs.
import {h, badge, table, panel, terminal, usd, duration, clock, count, fixed, words, secondsBetween} from './page.js';
import {sections} from './run.js';

const main = document.getElementById('main');
const connection = document.getElementById('connection');
const FAST = 1000, SLOW = 5000;

async function ask(path) {
  const response = await fetch(path, {headers: {Accept: 'application/json'}});
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** Calls `look` for ever; it answers how long to wait, or null to stop. A lost connection is said, and tried again. */
async function watch(look) {
  for (;;) {
    let wait;
    try {
      wait = await look();
      connection.textContent = '';
    } catch (e) {
      connection.textContent = e instanceof TypeError ? 'The local cloud does not answer; trying again.' : e.message;
      wait = SLOW;
    }
    if (wait === null) return;
    await new Promise(resolve => setTimeout(resolve, wait));
  }
}

function showList() {
  let drawn = '';
  watch(async () => {
    const [runs, figures] = await Promise.all([ask('/api/runs'), ask('/api/figures')]);
    const busy = runs.some(run => !terminal(run.state));
    const key = JSON.stringify([runs, figures]) + (busy ? Math.floor(Date.now() / 1000) : '');
    if (key !== drawn) main.replaceChildren(...list(runs), ...reported(figures));
    drawn = key;
    return busy ? FAST : SLOW;
  });
}

function list(runs) {
  if (runs.length === 0) return [h('h1', {}, 'Runs'), h('div', {class: 'panel empty'},
    h('p', {}, 'No run yet. Drop a file:'),
    h('pre', {}, './tunedrop drop samples/support-triage.jsonl --dataset support'))];
  return [h('h1', {}, 'Runs'), h('div', {class: 'panel'}, table('Runs', [
    {head: 'State', cell: r => badge(r.state)},
    {head: 'Dataset', cell: r => h('a', {href: '/runs/' + encodeURIComponent(r.runId)}, r.dataset)},
    {head: 'File', cell: r => r.file},
    {head: 'Started', cell: r => clock(r.startedAt)},
    {head: 'Took', number: true, cell: r => duration(secondsBetween(r.startedAt, r.endedAt))},
    {head: 'Cost', number: true, cell: r => usd(r.costUsd)},
    {head: '', wide: true, cell: r => h('span', {class: 'quiet'}, [r.because, r.reason].filter(Boolean).join('; '))},
  ], runs))];
}

/** Figures that count things; the others are levels, of which a sum says nothing. */
const ADD_UP = new Set(['Accepted', 'Rejected', 'Refused', 'QuotedUsd', 'ActualUsd']);

/** What functions and training jobs reported: the same figures that the dashboard on AWS draws. */
function reported(figures) {
  if (figures.length === 0) return [];
  const number = n => Math.abs(n) >= 1000 ? count(Math.round(n)) : Number.isInteger(n) ? count(n) : fixed(n, 4);
  return [panel('Figures', table('Figures', [
    {head: 'Figure', cell: f => words(f.name).replace(/ usd$/, ', USD') + (f.dimension ? ': ' + f.dimension : '')},
    {head: 'Latest', number: true, cell: f => number(f.latest)},
    {head: 'Sum', number: true, cell: f => ADD_UP.has(f.name) ? number(f.sum) : '–'},
    {head: 'Reports', number: true, cell: f => count(f.reports)},
    {head: 'When', cell: f => clock(f.latestAt)},
  ], figures))];
}

function showRun(runId) {
  const api = '/api/runs/' + encodeURIComponent(runId);
  const metrics = [], drawn = new Map();
  let run = null;
  const body = h('div', {class: 'run'});
  main.replaceChildren(h('p', {class: 'crumb'}, h('a', {href: '/'}, 'All runs')), body);

  function draw() {
    if (!run) return;
    const width = Math.max(280, Math.min(1040, body.clientWidth - 42));
    for (const section of sections(run, metrics, width)) {
      const key = JSON.stringify(section.key);
      let place = drawn.get(section.id);
      if (!place) {
        place = {element: h('div', {class: 'section', id: section.id}), key: null};
        drawn.set(section.id, place);
        body.append(place.element);
      }
      if (place.key === key) continue;
      const content = section.draw();
      place.element.replaceChildren(...(content ? [content] : []));
      place.key = key;
    }
  }

  new ResizeObserver(draw).observe(main);
  watch(async () => {
    run = await ask(api);
    if (!run) {
      body.replaceChildren(h('h1', {}, 'No such run'), h('p', {}, 'The ledger of this machine has no run ', h('code', {}, runId), '.'));
      return null;
    }
    document.title = `${run.summary.dataset} · ${run.summary.state.toLowerCase()} · Tunedrop`;
    metrics.push(...await ask(`${api}/metrics?after=${metrics.at(-1)?.step ?? 0}`));
    draw();
    return terminal(run.summary.state) ? null : FAST;
  });
}

const match = location.pathname.match(/^\/runs\/([^/]+)$/);
if (match) showRun(decodeURIComponent(match[1]));
else showList();
