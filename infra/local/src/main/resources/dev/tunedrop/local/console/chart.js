// The loss curve: one point per optimiser step, looks at the held-out rows as dots, their last figures as dashed levels.
import {h, svg, duration, count, fixed} from './page.js';

const HEIGHT = 260, LEFT = 46, RIGHT = 14, TOP = 12, BOTTOM = 30;

/** Ticks of 1, 2 or 5 times a power of ten that span [low, high]. */
function ticks(low, high, about) {
  const raw = (high - low) / about || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= raw);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  return {values: found, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9))};
}

export function lossChart(metrics, heldOut, width) {
  const levels = [
    ['base, held out', 'base', heldOut?.baseLoss],
    ['adapter, held out', 'adapter', heldOut?.adapterLoss],
    ['live adapter, held out', 'live', heldOut?.liveLoss],
  ].filter(level => Number.isFinite(level[2]));
  const looks = metrics.filter(m => Number.isFinite(m.heldOutLoss));
  const losses = metrics.map(m => m.loss).concat(looks.map(m => m.heldOutLoss), levels.map(l => l[2]))
    .filter(Number.isFinite);
  if (losses.length === 0) return h('p', {class: 'quiet'}, 'No step has been reported yet.');
  let low = Math.min(...losses), high = Math.max(...losses);
  const margin = (high - low || high || 1) * 0.08;
  low = Math.max(0, low - margin);
  high += margin;
  const last = metrics.at(-1);
  const steps = Math.max(last?.steps ?? 1, last?.step ?? 1, 2);
  const x = step => LEFT + (step - 1) / (steps - 1) * (width - LEFT - RIGHT);
  const y = loss => TOP + (high - loss) / (high - low) * (HEIGHT - TOP - BOTTOM);
  const yTicks = ticks(low, high, 5), xTicks = ticks(1, steps, Math.max(3, Math.floor(width / 110)));

  const cross = svg('line', {class: 'cross', y1: TOP, y2: HEIGHT - BOTTOM, visibility: 'hidden'});
  const dot = svg('circle', {class: 'dot', r: 4, visibility: 'hidden'});
  const readout = h('p', {class: 'readout', 'aria-live': 'off'}, summary(last));
  const drawing = svg('svg', {
    class: 'chart', viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img',
    'aria-label': last
      ? `Training loss from ${fixed(metrics[0].loss, 3)} to ${fixed(last.loss, 3)} over ${last.step} steps`
      : 'Held-out losses',
  },
    yTicks.values.map(v => [
      svg('line', {class: 'grid', x1: LEFT, x2: width - RIGHT, y1: y(v), y2: y(v)}),
      svg('text', {class: 'tick', x: LEFT - 8, y: y(v) + 4, 'text-anchor': 'end'}, v.toFixed(yTicks.digits)),
    ]),
    xTicks.values.filter(Number.isInteger).map(v =>
      svg('text', {class: 'tick', x: x(v), y: HEIGHT - 10, 'text-anchor': 'middle'}, v)),
    metrics.length > 0 && svg('path', {
      class: 'loss',
      d: metrics.filter(m => Number.isFinite(m.loss))
        .map((m, i) => (i ? 'L' : 'M') + x(m.step).toFixed(1) + ' ' + y(m.loss).toFixed(1)).join(''),
    }),
    looks.map(m => svg('circle', {class: 'look', r: 3, cx: x(m.step), cy: y(m.heldOutLoss)})),
    levels.map(([, name, loss]) =>
      svg('line', {class: 'level ' + name, x1: LEFT, x2: width - RIGHT, y1: y(loss), y2: y(loss)})),
    cross, dot);

  const drawn = metrics.filter(m => Number.isFinite(m.loss));
  drawing.addEventListener('pointermove', event => {
    if (drawn.length === 0) return;
    const box = drawing.getBoundingClientRect();
    const step = 1 + (event.clientX - box.left - LEFT) / (width - LEFT - RIGHT) * (steps - 1);
    const nearest = drawn.reduce((a, b) => Math.abs(b.step - step) < Math.abs(a.step - step) ? b : a);
    for (const [key, value] of Object.entries({x1: x(nearest.step), x2: x(nearest.step), visibility: 'visible'}))
      cross.setAttribute(key, value);
    for (const [key, value] of Object.entries({cx: x(nearest.step), cy: y(nearest.loss), visibility: 'visible'}))
      dot.setAttribute(key, value);
    readout.textContent = summary(nearest);
  });
  drawing.addEventListener('pointerleave', () => {
    cross.setAttribute('visibility', 'hidden');
    dot.setAttribute('visibility', 'hidden');
    readout.textContent = summary(last);
  });

  return h('div', {}, drawing,
    h('ul', {class: 'legend'},
      h('li', {class: 'loss'}, 'training loss per step'),
      looks.length > 0 && h('li', {class: 'look'}, 'held out while training, best '
        + Math.min(...looks.map(m => m.heldOutLoss)).toFixed(3)),
      levels.map(([label, name, loss]) => h('li', {class: name}, label + ' ' + loss.toFixed(3)))),
    readout);
}

function summary(m) {
  if (!m) return '';
  return `step ${m.step} of ${m.steps} · loss ${fixed(m.loss, 4)}`
    + (Number.isFinite(m.heldOutLoss) ? ` · held out ${fixed(m.heldOutLoss, 4)}` : '')
    + ` · learning rate ${m.learningRate.toExponential(2)}`
    + ` · gradient norm ${fixed(m.gradientNorm, 2)} · ${count(Math.round(m.tokensPerSecond))} tokens/s`
    + ` · after ${duration(m.secondsElapsed)}`;
}
