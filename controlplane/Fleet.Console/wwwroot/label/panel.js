// Everything around the canvas: shows a state, and turns buttons into actions.
import { ACTIONS, PRESETS, keysOf } from './keys.js';
import { chosenBox, drawn, proposals } from './state.js';
import { colourOf } from './view.js';

const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;
const STATES = { saved: 'Saved', saving: 'Saving…', draft: 'Draft kept', offline: 'Offline: kept here, tried again', refused: 'Not taken', full: 'No room for drafts' };

export class Panel {
  /** acts has act(action), classify(index), choose(), light(), preset(name) and addClass(name). */
  constructor(host, acts) {
    Object.assign(this, { host, acts, preset: 'fleet', spoken: '' });
    this.ends = new AbortController();
    const on = (name, type, act) => this.part(name).addEventListener(type, act, { signal: this.ends.signal });
    host.addEventListener('click', e => {
      const button = e.target.closest('[data-act]');
      if (button) { acts.act(button.dataset.act); }
    }, { signal: this.ends.signal });
    for (const name of ['work', 'strategy', 'camera']) { on(name, 'change', () => acts.choose(this.filter())); }
    for (const name of ['brightness', 'contrast']) { on(name, 'input', () => acts.light(Number(this.part('brightness').value), Number(this.part('contrast').value))); }
    on('preset', 'change', e => acts.preset(e.target.value));
    on('point', 'change', e => acts.points(Number(e.target.value)));
    on('class-form', 'submit', e => {
      e.preventDefault();
      acts.addClass(this.part('class-name').value.trim());
      this.part('class-name').value = '';
    });
  }

  close() { this.ends.abort(); }

  part(name) { return this.host.querySelector(`[data-part="${name}"]`); }

  write(name, text) {
    const part = this.part(name);
    if (part.textContent !== text) { part.textContent = text; }
  }

  filter() {
    const [device, camera] = this.part('camera').value.split('/');
    return { strategy: this.part('strategy').value, work: this.part('work').value, ...(device && { device, camera }) };
  }

  setFilter({ strategy, work, device, camera }) {
    this.part('strategy').value = strategy ?? 'Value';
    this.part('work').value = work ?? 'Label';
    if (device && camera) { this.cameras([{ id: device, cameras: [{ id: camera }] }]); this.part('camera').value = `${device}/${camera}`; }
  }

  cameras(devices) {
    const select = this.part('camera');
    const names = devices.flatMap(d => d.cameras.map(c => `${d.id}/${c.id}`)).filter(name => ![...select.options].some(o => o.value === name));
    select.append(...names.map(name => new Option(name, name)));
  }

  usePreset(name) {
    this.preset = name;
    this.part('preset').value = name;
    for (const kbd of this.host.querySelectorAll('kbd[data-key]')) { kbd.textContent = keysOf(kbd.dataset.key, name)[0] ?? ''; }
    this.part('keys').replaceChildren(...Object.entries(ACTIONS).flatMap(([action, text]) => {
      const keys = keysOf(action, name);
      return keys.length === 0 ? [] : [this.row(keys, text)];
    }), this.row(['1', '…', '9'], 'Class of the box, and of new ones'), this.row(['Arrows'], 'Move a pixel, with Ctrl ten'), this.row(['Shift+Arrows'], 'Resize'), this.row(['Space+drag'], 'Move the picture; the wheel zooms'));
  }

  row(keys, text) {
    const row = document.createElement('div');
    const term = row.appendChild(document.createElement('dt'));
    term.append(...keys.map(k => Object.assign(document.createElement('kbd'), { textContent: k })));
    row.appendChild(document.createElement('dd')).textContent = text;
    return row;
  }

  help() {
    const dialog = this.part('help');
    if (dialog.open) { dialog.close(); } else { dialog.showModal(); }
  }

  get busy() { return this.part('help').open; }

  show(state, { review }) {
    const open = proposals(state).length;
    this.write('boxes', plural(drawn(state).length, state.mode === 'points' ? 'point' : 'box', state.mode === 'points' ? 'points' : 'boxes'));
    this.write('proposed', open === 0 ? '' : `${open} proposed, not taken`);
    this.part('accept-all').disabled = open === 0;
    for (const name of ['remove', 'duplicate']) { this.part(name).disabled = !chosenBox(state); }
    this.part('undo').disabled = state.past.length === 0;
    this.part('redo').disabled = state.future.length === 0;
    for (const button of this.host.querySelectorAll('[data-mode]')) { button.setAttribute('aria-pressed', String(button.dataset.mode === state.mode)); }
    this.part('points-size').hidden = state.mode !== 'points';
    this.part('send-back').hidden = !review;
    this.classes(state);
    this.speak(state);
  }

  classes(state) {
    const list = this.part('classes');
    const active = state.classes.indexOf(chosenBox(state)?.label ?? state.classes[state.cls]);
    const key = JSON.stringify([state.classes, active]);
    if (list.dataset.shown === key) { return; }
    list.dataset.shown = key;
    list.replaceChildren(...state.classes.map((name, index) => {
      const button = document.createElement('button');
      Object.assign(button, { type: 'button', className: `class-${colourOf(name)}` });
      button.setAttribute('role', 'radio');
      button.setAttribute('aria-checked', String(index === active));
      button.tabIndex = index === Math.max(active, 0) ? 0 : -1;
      button.innerHTML = '<span class="swatch" aria-hidden="true"></span>';
      button.append(name);
      if (index < 9) { button.append(Object.assign(document.createElement('kbd'), { textContent: index + 1 })); }
      button.addEventListener('click', () => this.acts.classify(index));
      return button;
    }));
  }

  speak(state) {
    const box = chosenBox(state);
    const text = box ? `${box.score === null ? '' : 'Proposed '}${box.label}, box ${state.boxes.indexOf(box) + 1} of ${state.boxes.length}, ${Math.round(box.w)} by ${Math.round(box.h)} at ${Math.round(box.x)}, ${Math.round(box.y)}` : '';
    if (text !== this.spoken) { this.spoken = text; this.write('spoken', text); }
  }

  saving(name, detail = '') {
    const part = this.part('saved');
    part.dataset.state = name;
    this.write('saved', STATES[name] ?? name);
    part.title = detail;
  }

  note(text, bad = false) {
    const part = this.part('note');
    part.hidden = !text;
    part.classList.toggle('tone-bad', bad);
    this.write('note', text ?? '');
  }

  left(counts, review) {
    this.write('left', review ? `${counts.toReview} to review` : `${counts.waiting - counts.skipped} to label`);
    this.write('left-more', [`${counts.labelled} labelled`, counts.inWork > 1 && `${counts.inWork} in work`, counts.skipped && `${counts.skipped} skipped by you`].filter(Boolean).join(', '));
    this.part('unskip').hidden = counts.skipped === 0;
  }

  frame(task, text) {
    const { frame, state, labelledBy, device } = task.sample;
    this.write('place', `${frame.camera} on ${device}`);
    this.write('about', [
      new Date(frame.capturedAt).toLocaleString(), `${frame.widthPx} × ${frame.heightPx} px`, `kept as ${frame.trigger}`,
      task.proposedBy && `proposals by ${task.proposedBy}`, state !== 'Unlabelled' && `${state.toLowerCase()} by ${labelledBy}`, text,
    ].filter(Boolean).join(' · '));
    const said = task.reviews.map(r => `${r.by} ${r.verdict.toLowerCase()} the label of ${r.labelledBy}${r.agreement ? `, ${Math.round(r.agreement.share * 100)} % agreed` : ''}${r.note ? `: ${r.note}` : ''}`);
    this.part('reviews').replaceChildren(...said.map(t => Object.assign(document.createElement('li'), { textContent: t })));
    this.part('reviews-head').hidden = said.length === 0;
  }

  empty(title, text) {
    this.part('empty').hidden = !title;
    this.part('stage').classList.toggle('nothing', Boolean(title));
    this.write('empty-title', title ?? '');
    this.write('empty-text', text ?? '');
  }
}

export const presetsKnown = Object.keys(PRESETS);
