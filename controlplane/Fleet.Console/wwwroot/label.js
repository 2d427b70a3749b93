// The labelling canvas: boxes in the picture's own pixels, drawn as SVG. A box with a score is only a proposal.
const NS = 'http://www.w3.org/2000/svg';
const SMALLEST = 3;
const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

const make = (name, attributes = {}, parent) => {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) { element.setAttribute(key, value); }
  parent?.append(element);
  return element;
};

// the same as Boxes.ColourOf on the server, so that a class has one colour everywhere
const colour = label => [...label].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0, 17) % 6;
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// what a version found may reach a little beyond the picture
const within = (box, frame) => {
  const [x, y] = [clamp(box.x, 0, frame.width), clamp(box.y, 0, frame.height)];
  return { ...box, x, y, width: Math.min(box.x + box.width, frame.width) - x, height: Math.min(box.y + box.height, frame.height) - y };
};

class Editor {
  constructor(host, frame, server) {
    Object.assign(this, { host, frame, server, list: frame.boxes.map(b => within(b, frame)), past: [], chosen: -1, cls: 0, drag: null });
    host.replaceChildren();
    this.svg = make('svg', { viewBox: `0 0 ${frame.width} ${frame.height}`, class: 'label-svg' });
    make('image', { href: frame.picture, width: frame.width, height: frame.height }, this.svg);
    this.layer = make('g', {}, this.svg);
    host.append(this.svg);
    this.ends = new AbortController();
    const on = (target, type, handler) => target.addEventListener(type, handler.bind(this), { signal: this.ends.signal });
    on(this.svg, 'pointerdown', this.down);
    on(this.svg, 'pointermove', this.move);
    on(this.svg, 'pointerup', this.up);
    on(this.svg, 'pointercancel', this.up);
    on(window, 'keydown', this.key);
    on(window, 'resize', this.draw);
    host.focus({ preventScroll: true });
    this.draw();
  }

  close() { this.ends.abort(); this.host.replaceChildren(); }
  boxes() { return this.list.filter(b => b.score == null); }

  remember() {
    this.past.push({ list: this.list.map(b => ({ ...b })), chosen: this.chosen });
    if (this.past.length > 200) { this.past.shift(); }
  }

  undo() {
    const before = this.past.pop();
    if (before) { Object.assign(this, before); this.draw(); }
  }

  acceptAll() { this.remember(); for (const box of this.list) { box.score = null; } this.draw(); }

  remove() {
    if (this.chosen < 0) { return; }
    this.remember();
    this.list.splice(this.chosen, 1);
    this.chosen = Math.min(this.chosen, this.list.length - 1);
    this.draw();
  }

  choose(index) {
    if (index >= this.frame.classes.length) { return; }
    this.cls = index;
    if (this.chosen >= 0) { this.remember(); Object.assign(this.list[this.chosen], { label: this.frame.classes[index], score: null }); }
    this.draw();
  }

  select(index) {
    this.chosen = index;
    const known = this.frame.classes.indexOf(this.list[index]?.label);
    if (known >= 0) { this.cls = known; }
  }

  point(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return { x: clamp(at.x, 0, this.frame.width), y: clamp(at.y, 0, this.frame.height) };
  }

  down(event) {
    if (event.button !== 0) { return; }
    event.preventDefault();
    this.host.focus({ preventScroll: true });
    this.svg.setPointerCapture(event.pointerId);
    const at = this.point(event);
    const { handle, index } = event.target.dataset;
    this.remember();
    if (handle) {
      this.drag = { kind: handle, from: at, start: { ...this.list[this.chosen] } };
    } else if (index !== undefined) {
      this.select(Number(index));
      this.list[this.chosen].score = null;
      this.drag = { kind: 'move', from: at, start: { ...this.list[this.chosen] } };
    } else {
      this.list.push({ label: this.frame.classes[this.cls], x: at.x, y: at.y, width: 0, height: 0, score: null });
      this.chosen = this.list.length - 1;
      this.drag = { kind: 'se', from: at, start: { ...this.list[this.chosen] }, fresh: true };
    }
    this.draw();
  }

  move(event) {
    if (!this.drag) { return; }
    const at = this.point(event);
    const { kind, from, start } = this.drag;
    this.drag.moved = true;
    this.change(this.list[this.chosen], start, kind, at.x - from.x, at.y - from.y);
    this.place(this.chosen);
  }

  up() {
    if (!this.drag) { return; }
    const box = this.list[this.chosen];
    if (this.drag.fresh && (box.width < SMALLEST || box.height < SMALLEST)) {
      this.list.pop();
      this.past.pop();
      this.chosen = -1;
    }
    this.drag = null;
    this.draw();
  }

  change(box, start, kind, dx, dy) {
    const { width: w, height: h } = this.frame;
    if (kind === 'move') {
      box.x = clamp(start.x + dx, 0, w - start.width);
      box.y = clamp(start.y + dy, 0, h - start.height);
      return;
    }
    let [left, top, right, bottom] = [start.x, start.y, start.x + start.width, start.y + start.height];
    if (kind.includes('w')) { left = clamp(left + dx, 0, w); }
    if (kind.includes('e')) { right = clamp(right + dx, 0, w); }
    if (kind.includes('n')) { top = clamp(top + dy, 0, h); }
    if (kind.includes('s')) { bottom = clamp(bottom + dy, 0, h); }
    Object.assign(box, { x: Math.min(left, right), y: Math.min(top, bottom), width: Math.abs(right - left), height: Math.abs(bottom - top) });
  }

  key(event) {
    const typing = event.target.closest?.('input, textarea, select, .mud-dialog');
    if (typing || event.altKey || event.metaKey) { return; }
    const command = { s: 'save', Enter: 'save', d: 'discard', n: 'next' }[event.key];
    const onButton = event.target.closest?.('button, a, summary');
    if (onButton && ['Enter', ' ', 'Tab'].includes(event.key)) { return; }
    if (event.ctrlKey && event.key !== 'z') { return; }
    if (command) {
      this.server.invokeMethodAsync('CommandAsync', command);
    } else if (event.key === 'a') { this.acceptAll();
    } else if (event.key === 'z') { this.undo();
    } else if (event.key === 'Delete' || event.key === 'Backspace') { this.remove();
    } else if (event.key >= '1' && event.key <= '9') { this.choose(Number(event.key) - 1);
    } else if (event.key === 'Escape' && this.chosen >= 0) { this.chosen = -1; this.draw();
    } else if (event.key === 'Tab' && this.list.length > 0 && document.activeElement === this.host) {
      const next = this.chosen + (event.shiftKey ? -1 : 1);
      // past the last box the focus leaves the picture as on any page
      if (next < 0 || next >= this.list.length) { this.chosen = -1; this.draw(); return; }
      this.select(next);
      this.draw();
    } else if (event.key.startsWith('Arrow') && this.chosen >= 0) { this.nudge(event);
    } else { return; }
    event.preventDefault();
  }

  nudge(event) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const box = this.list[this.chosen];
    this.remember();
    box.score = null;
    const step = event.ctrlKey ? 10 : 1;
    this.change(box, { ...box }, event.shiftKey ? 'se' : 'move', dx * step, dy * step);
    box.width = Math.max(box.width, SMALLEST);
    box.height = Math.max(box.height, SMALLEST);
    this.draw();
  }

  // one box again while it is dragged; the others stay as they are
  place(index) {
    const { x, y, width, height } = this.list[index];
    const group = this.layer.querySelector(`[data-box="${index}"]`);
    const rect = group.querySelector('rect');
    for (const [key, value] of Object.entries({ x, y, width, height })) { rect.setAttribute(key, value); }
    const text = group.querySelector('text');
    text.setAttribute('x', x);
    text.setAttribute('y', Math.max(y - this.unit * 4, this.unit * 12));
    for (const handle of group.querySelectorAll('[data-handle]')) {
      const name = handle.dataset.handle;
      handle.setAttribute('cx', name.includes('w') ? x : name.includes('e') ? x + width : x + width / 2);
      handle.setAttribute('cy', name.includes('n') ? y : name.includes('s') ? y + height : y + height / 2);
    }
  }

  draw() {
    this.unit = 1 / (this.svg.getScreenCTM()?.a || 1);
    this.layer.replaceChildren();
    const order = [...this.list.keys()].sort((a, b) => (a === this.chosen) - (b === this.chosen));
    for (const index of order) {
      const box = this.list[index];
      const group = make('g', { 'data-box': index, class: `class-${colour(box.label)}${box.score == null ? '' : ' proposal'}${index === this.chosen ? ' chosen' : ''}` }, this.layer);
      make('rect', { 'data-index': index }, group);
      make('text', { 'font-size': this.unit * 13 }, group).textContent = box.score == null ? box.label : `${box.label} ${box.score.toFixed(2)}?`;
      if (index === this.chosen) {
        for (const name of HANDLES) { make('circle', { 'data-handle': name, r: this.unit * 5.5, class: `handle handle-${name}` }, group); }
      }
      this.place(index);
    }
    const proposals = this.list.filter(b => b.score != null).length;
    this.server.invokeMethodAsync('Changed', this.list.length - proposals, proposals, this.chosen >= 0, this.cls);
  }
}

export const open = (host, frame, server) => new Editor(host, frame, server);
