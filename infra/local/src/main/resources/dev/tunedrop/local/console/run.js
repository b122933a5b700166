// The page of one run. Each section is drawn again only when what it shows has changed.
import {h, badge, table, panel, terminal, usd, duration, count, bytes, clock, fixed, secondsBetween, words} from './page.js';
import {lossChart} from './chart.js';

const ROUTES_SHOWN = 6;

/** The sections of a run's page, in order: {key: what it depends on, draw}. */
export function sections(run, metrics, width) {
  const s = run.summary;
  const open = !terminal(s.state);
  return [
    {id: 'head', key: [s, open && Math.floor(Date.now() / 1000), run.settlement], draw: () => head(run)},
    {id: 'approval', key: [s.state, run.decision], draw: () => approval(run)},
    {id: 'trouble', key: [run.failure, s.reason, run.report?.findings], draw: () => trouble(run)},
    {id: 'progress', key: [metrics.at(-1), run.managed, run.training, s.state], draw: () => progress(run, metrics)},
    {id: 'answers', key: run.publication, draw: () => answers(run)},
    {id: 'loss', key: [metrics.length, run.heldOut, width], draw: () => loss(run, metrics, width)},
    {id: 'workflow', key: [run.steps, open && Math.floor(Date.now() / 1000)], draw: () => workflow(run)},
    {id: 'heldout', key: [run.heldOut, run.evaluation], draw: () => heldOut(run)},
    {id: 'decision', key: run.decision, draw: () => decision(run)},
    {id: 'quote', key: [run.quote, run.decision], draw: () => quote(run)},
    {id: 'dataset', key: run.report, draw: () => dataset(run)},
    {id: 'settings', key: run.settings, draw: () => settings(run)},
  ];
}

function head(run) {
  const s = run.summary;
  const cost = run.settlement
    ? `${usd(run.settlement.actualUsd)} (quoted ${usd(run.settlement.quotedUsd)})`
    : s.costUsd !== undefined ? usd(s.costUsd) : '–';
  return h('div', {class: 'head'},
    h('h1', {}, s.dataset, ' ', badge(s.state)),
    h('p', {class: 'quiet mono break'}, s.runId),
    s.because && h('p', {class: 'because'}, s.because[0].toUpperCase() + s.because.slice(1) + '.'),
    h('dl', {class: 'facts'},
      fact('File', h('span', {class: 'break'}, s.file)), fact('Started', clock(s.startedAt)),
      fact(s.endedAt ? 'Took' : 'Running for', duration(secondsBetween(s.startedAt, s.endedAt))), fact('Cost', cost),
      run.publication && fact('Endpoint', h('code', {}, run.publication.endpoint))));
}

const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));

function approval(run) {
  const s = run.summary;
  if (s.state !== 'AWAITING_APPROVAL') return null;
  const cost = run.decision ? `It may cost up to ${usd(run.decision.reserveUsd)}. ` : '';
  return panel('Waits for a person',
    h('p', {}, cost, 'Nothing is spent until it is approved; after three days it ends by itself.'),
    h('p', {class: 'break'}, h('code', {}, `./tunedrop approve ${s.runId}`)),
    h('p', {class: 'break'}, h('code', {}, `./tunedrop refuse ${s.runId} --reason "…"`)));
}

function trouble(run) {
  const {failure, report} = run;
  const rejected = report?.verdict === 'REJECTED';
  if (!failure && !rejected) return null;
  return h('section', {class: 'panel trouble'},
    h('h2', {}, rejected ? 'Rejected' : 'Failed'),
    failure && h('p', {}, h('strong', {}, failure.message)),
    failure?.remedy && h('p', {}, failure.remedy),
    failure && h('p', {class: 'quiet'}, 'State ', h('code', {}, failure.state), ', reason ', h('code', {}, failure.reason)),
    report?.findings?.length > 0 && findings(report));
}

function findings(report) {
  const shown = report.findings.slice(0, 25);
  const all = Object.values(report.findingsByRule ?? {}).reduce((a, b) => a + b, 0);
  return [table('Findings', [
    {head: 'Line', number: true, cell: f => f.line || 'file'},
    {head: 'Column', number: true, cell: f => f.column || ''},
    {head: 'Rule', cell: f => h('code', {}, f.rule)},
    {head: 'What is wrong', wide: true, cell: f => [f.message, f.field && h('span', {class: 'quiet'}, ' ' + f.field)]},
    {head: 'What to do', wide: true, cell: f => f.remedy},
  ], shown, f => f.severity === 'WARNING' && 'dim'),
  all > shown.length && h('p', {class: 'quiet'}, `${count(all)} findings in all; the report has more of them.`)];
}

function progress(run, metrics) {
  if (run.managed && !terminal(run.summary.state)) return managed(run.managed);
  const last = metrics.at(-1);
  if (!last || terminal(run.summary.state) || run.training) return null;
  return panel('Training now',
    h('progress', {max: last.steps, value: last.step, 'aria-label': 'Steps done'}),
    h('dl', {class: 'facts'},
      fact('Step', `${count(last.step)} of ${count(last.steps)}`), fact('Loss', fixed(last.loss, 4)),
      fact('Tokens per second', count(Math.round(last.tokensPerSecond))),
      fact('Time left', duration(last.secondsLeft)), fact('Peak memory', bytes(last.peakMemoryBytes))));
}

function managed(job) {
  return panel(`Training at ${job.provider}`,
    Number.isFinite(job.steps) && h('progress', {max: job.steps, value: job.step, 'aria-label': 'Steps done'}),
    h('dl', {class: 'facts'},
      fact('It says', job.said),
      Number.isFinite(job.step) && fact('Step', count(job.step) + (Number.isFinite(job.steps) ? ` of ${count(job.steps)}` : '')),
      Number.isFinite(job.loss) && fact('Loss', fixed(job.loss, 4)),
      fact('Job', h('code', {}, job.jobId)), fact('Looked at', clock(job.at))));
}

function answers(run) {
  const samples = run.publication?.samples ?? [];
  if (samples.length === 0) return null;
  return panel('The same question, before and after', samples.map(sample => h('article', {class: 'sample'},
    h('p', {class: 'question'}, sample.prompt),
    h('div', {class: 'pair'},
      h('div', {class: 'answer'}, h('h3', {}, 'Base'), h('p', {}, sample.base ?? '(has no answer of its own)')),
      h('div', {class: 'answer tuned'}, h('h3', {}, 'Adapter'), h('p', {}, sample.adapter || '(nothing)'))),
    sample.expected && h('details', {}, h('summary', {}, 'What the dataset says'), h('p', {class: 'expected'}, sample.expected)))));
}

function loss(run, metrics, width) {
  if (metrics.length === 0) return null;
  const t = run.training;
  return panel('Loss', lossChart(metrics, run.heldOut, width),
    t && h('p', {class: 'quiet'}, `${count(t.steps)} steps, ${count(t.tokens)} tokens in ${duration(t.trainSeconds)} on ${t.device}`
      + ` (LibTorch ${t.libTorchVersion}), peak memory ${bytes(t.peakMemoryBytes)}`
      + (t.outcome === 'STOPPED_AT_WALL' ? '; stopped at a wall of time or money, the best so far was kept' : '')
      + (t.resumes > 0 ? `; continued from a checkpoint ${t.resumes === 1 ? 'once' : t.resumes + ' times'}` : '') + '.'));
}

function heldOut(run) {
  const held = run.heldOut ?? run.evaluation;
  if (!held) return null;
  if (!held.tokens) return panel('Held-out loss', h('p', {class: 'quiet'}, 'No rows were held out.'));
  const bars = [['Base', held.baseLoss, 'base'], ['Adapter', held.adapterLoss, 'adapter'],
    ['Live adapter', held.liveLoss, 'live']].filter(bar => Number.isFinite(bar[1]));
  const most = Math.max(...bars.map(bar => bar[1]));
  const e = run.evaluation;
  return panel('Held-out loss',
    h('div', {class: 'bars'}, bars.map(([name, value, kind]) => [
      h('span', {}, name), h('meter', {class: kind, min: 0, max: most, value, 'aria-label': name}),
      h('span', {class: 'number'}, value.toFixed(4))])),
    h('p', {class: 'quiet'}, held.accuracy
      ? `Mean over ${count(held.tokens)} rows that were not trained on; ${(100 * held.accuracy.share).toFixed(1)} % of them right, `
        + `macro F1 ${held.accuracy.macroF1.toFixed(3)} over ${count(held.accuracy.labels)} labels.`
      : `Mean over ${count(held.tokens)} tokens of rows that were not trained on.`),
    e && h('p', {}, h('span', {class: e.passed ? 'good' : 'bad'}, e.passed ? 'Passed the gate. ' : 'Stopped at the gate. '), e.reason));
}

function workflow(run) {
  if (run.steps.length === 0) return null;
  return panel('Workflow', h('ol', {class: 'steps'}, run.steps.map(step => {
    const seconds = secondsBetween(step.enteredAt, step.exitedAt ?? (step.status === 'RUNNING' ? null : step.enteredAt));
    return h('li', {class: step.status.toLowerCase()},
      h('span', {class: 'mark', 'aria-label': step.status.toLowerCase()}),
      h('span', {class: 'name'}, words(step.name),
        step.tasks > 1 && h('span', {class: 'quiet'}, ` · ${step.tasks} tasks`)),
      h('span', {class: 'number quiet'}, step.status === 'FAILED' && !step.exitedAt ? '' : duration(seconds)),
      step.error && h('span', {class: 'error'}, step.error));
  })));
}

function decision(run) {
  const d = run.decision;
  if (!d) return null;
  return panel('Decision',
    h('p', {}, d.chosen ? ['Takes ', h('code', {}, d.chosen), ', reserving ', usd(d.reserveUsd),
      d.needsApproval ? ' after a person approves.' : '.'] : 'No route is possible.'),
    h('ul', {}, d.reasons.map(reason => h('li', {}, reason))),
    d.notTaken.length > 0 && h('details', {},
      h('summary', {}, `Why not the other ${d.notTaken.length}`),
      table('Routes not taken', [
        {head: 'Route', cell: n => h('code', {}, n.route)}, {head: 'Reason', wide: true, cell: n => n.reason},
      ], d.notTaken)));
}

function quote(run) {
  const q = run.quote;
  if (!q) return null;
  const chosen = run.decision?.chosen;
  const routes = [...q.routes].sort((a, b) => (b.route === chosen) - (a.route === chosen)
    || (a.refusals.length > 0) - (b.refusals.length > 0)
    || (a.trainingUsd?.expected ?? 1e9) - (b.trainingUsd?.expected ?? 1e9));
  const columns = [
    {head: 'Route', wide: true, cell: r => [h('code', {}, r.route), r.route === chosen && h('span', {class: 'chip'}, 'taken')]},
    {head: 'Method', cell: r => r.method.toLowerCase()},
    {head: 'Training', number: true, cell: r => r.trainingUsd ? span(usd, r.trainingUsd) : '–'},
    {head: 'Time', number: true, cell: r => r.trainingSeconds ? span(duration, r.trainingSeconds) : '–'},
    {head: 'Serving a month', number: true, cell: r => usd(r.servingUsdPerMonth)},
    {head: 'Memory', number: true, cell: r => r.memoryGiB === undefined ? '–'
      : `${Number(r.memoryGiB).toFixed(1)}${r.deviceMemoryGiB === undefined ? '' : ' of ' + Number(r.deviceMemoryGiB).toFixed(0)} GiB`},
    {head: 'Note', wide: true, cell: r => r.refusals.length > 0 ? r.refusals.join('; ') : r.spread ?? ''},
  ];
  const priced = rows => table('Routes', columns, rows, r => r.route === chosen ? 'chosen' : r.refusals.length > 0 && 'dim');
  return panel('Quote', priced(routes.slice(0, ROUTES_SHOWN)),
    routes.length > ROUTES_SHOWN && h('details', {},
      h('summary', {}, `${routes.length - ROUTES_SHOWN} more routes`), priced(routes.slice(ROUTES_SHOWN))),
  h('p', {class: 'quiet'}, 'Expected, with low to high beneath. Prices of ', q.priceTableDate,
    q.priceTableStale && h('strong', {}, ', too old to rely on'), '.'));
}

function span(format, range) {
  return [h('strong', {}, format(range.expected)),
    h('br'), h('span', {class: 'quiet small'}, `${format(range.low)} to ${format(range.high)}`)];
}

function dataset(run) {
  const r = run.report;
  if (!r) return null;
  const g = r.signal;
  const frame = h('div', {class: 'frame'});
  const address = `/runs/${encodeURIComponent(run.summary.runId)}/report`;
  return panel('Dataset',
    h('dl', {class: 'facts'},
      fact('Verdict', badge(r.verdict)), fact('Format', r.format), fact('Size', bytes(r.sizeBytes)),
      fact('Rows', count(r.rows) + (r.refusedRows ? `, ${count(r.refusedRows)} refused` : '')),
      g && [fact('Trained on', count(g.trainRows) + ' rows'), fact('Held out', count(g.validationRows) + ' rows'),
        fact('Tokens', count(g.tokens)), fact('With loss', count(g.trainedTokens)),
        fact('Longest row', count(g.longestRowTokens) + ' tokens'),
        g.truncatedRows > 0 && fact('Cut short', `${count(g.truncatedRows)} rows`),
        g.duplicateRows > 0 && fact('Duplicates', count(g.duplicateRows))]),
    g && histogram(g.lengthHistogram),
    h('details', {ontoggle: event => {
      if (event.target.open && !frame.firstChild) frame.append(h('iframe', {src: address, title: 'Dataset report', sandbox: true}));
    }}, h('summary', {}, 'The whole report'), frame),
    h('p', {}, h('a', {href: address}, 'Open the report on its own page')));
}

function histogram(lengths) {
  const bins = Object.entries(lengths ?? {}).map(([bound, rows]) => [Number(bound), rows]).sort((a, b) => a[0] - b[0]);
  if (bins.length === 0) return null;
  const most = Math.max(...bins.map(bin => bin[1]));
  return [h('h3', {}, 'Rows by length in tokens'), h('div', {class: 'bars'}, bins.map(([bound, rows]) => [
    h('span', {class: 'number'}, 'up to ' + count(bound)),
    h('meter', {class: 'plain', min: 0, max: most, value: rows, 'aria-label': `up to ${bound} tokens`}),
    h('span', {class: 'number'}, count(rows))]))];
}

function settings(run) {
  if (!run.settings) return null;
  return panel('Settings', h('details', {}, h('summary', {}, 'As they were frozen for this run'),
    h('dl', {class: 'settings'}, Object.entries(run.settings).map(([name, value]) =>
      [h('dt', {}, h('code', {}, name)), h('dd', {}, Array.isArray(value) ? value.join(', ')
        : typeof value === 'object' ? JSON.stringify(value) : String(value))]))));
}
