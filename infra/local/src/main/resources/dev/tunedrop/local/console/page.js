// Building blocks of the page. Text only ever enters it as a text node, so nothing a dataset says can become markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element: h('p', {class: 'x'}, 'text', child, ...). Children that are null or false are left out. */
export function h(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(3).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** A table with a caption for screen readers; a column is {head, cell, number}. */
export function table(caption, columns, rows, rowClass) {
  return h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption},
    h('table', {},
      h('thead', {}, h('tr', {}, columns.map(c => h('th', {scope: 'col', class: c.number && 'number'}, c.head)))),
      h('tbody', {}, rows.map(row => h('tr', {class: rowClass?.(row)},
        columns.map(c => h('td', {class: c.number ? 'number' : c.wide && 'wide'}, c.cell(row))))))));
}

export function badge(state) {
  return h('span', {class: 'badge ' + state.toLowerCase().replaceAll('_', '-')},
    state.toLowerCase().replaceAll('_', ' '));
}

export function panel(title, ...children) {
  return h('section', {class: 'panel'}, h('h2', {}, title), children);
}

export const terminal = state => !['RUNNING', 'AWAITING_APPROVAL'].includes(state);

export function usd(amount) {
  if (amount === null || amount === undefined) return '–';
  const n = Number(amount);
  return '$' + n.toFixed(n !== 0 && Math.abs(n) < 0.01 ? 4 : 2);
}

/** Seconds as two units at most: 1.2 s, 48 s, 3 min 20 s, 2 h 5 min, 3 d 4 h. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(Number(seconds))) return '–';
  const s = Math.max(0, Number(seconds));
  if (s < 10) return s.toFixed(s < 1 ? 2 : 1) + ' s';
  const whole = Math.round(s);
  if (whole < 60) return whole + ' s';
  if (whole < 3600) return Math.floor(whole / 60) + ' min ' + (whole % 60 ? whole % 60 + ' s' : '');
  if (whole < 86400) return Math.floor(whole / 3600) + ' h ' + Math.floor(whole % 3600 / 60) + ' min';
  return Math.floor(whole / 86400) + ' d ' + Math.floor(whole % 86400 / 3600) + ' h';
}

/** A figure with that many digits after the point; a loss that is NaN comes as text. */
export function fixed(n, digits) {
  return Number.isFinite(n) ? n.toFixed(digits) : 'not a number';
}

export function count(n) {
  return n === null || n === undefined ? '–' : Number(n).toLocaleString('en-GB');
}

export function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = Number(n), unit = 0;
  while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit++; }
  return (unit === 0 ? value : value.toFixed(1)) + ' ' + units[unit];
}

export function clock(iso) {
  const at = new Date(iso);
  return h('time', {datetime: iso, title: iso}, at.toLocaleDateString('en-GB', {day: 'numeric', month: 'short'}) + ', '
    + at.toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'}));
}

export const secondsBetween = (from, to) => (new Date(to ?? Date.now()) - new Date(from)) / 1000;

/** PlanChunks reads better as "Plan chunks". */
export function words(name) {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
