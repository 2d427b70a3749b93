// Pointers on the canvas: a click chooses, a drag draws or moves, two fingers or space or the middle button pan, the wheel zooms.
import { around, boxUnder, handleUnder, resized, moved } from './geometry.js';
import { chosenBox } from './state.js';

const CLICK_PX = 4;
const CURSORS = { nw: 'nwse-resize', se: 'nwse-resize', ne: 'nesw-resize', sw: 'nesw-resize', n: 'ns-resize', s: 'ns-resize', e: 'ew-resize', w: 'ew-resize' };

export class Pointer {
  /** editor has state, view, run(command), redraw(extra) and acted(). */
  constructor(editor) {
    this.editor = editor;
    this.canvas = editor.view.canvas;
    this.fingers = new Map();
    this.panning = false;
    this.armed = false;
    this.serial = 0;
    this.ends = new AbortController();
    const on = (type, act, options = {}) => this.canvas.addEventListener(type, act, { signal: this.ends.signal, ...options });
    on('pointerdown', e => this.down(e));
    on('pointermove', e => this.move(e));
    on('pointerup', e => this.up(e));
    on('pointercancel', e => this.cancel(e));
    on('pointerleave', () => { this.cursor = null; this.editor.redraw(); });
    on('wheel', e => this.wheel(e), { passive: false });
    on('contextmenu', e => e.preventDefault());
    on('auxclick', e => e.preventDefault());
  }

  close() { this.ends.abort(); }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  wheel(event) {
    event.preventDefault();
    const step = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    this.editor.view.zoom(Math.exp(-step / 400), this.at(event));
    this.editor.redraw();
  }

  down(event) {
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, this.at(event));
    if (this.fingers.size === 2) { this.drag = null; this.pinch = this.span(); return; }
    const at = this.at(event);
    if (event.button === 1 || this.panning) { this.panned = true; this.drag = { kind: 'pan', last: at }; return; }
    if (event.button !== 0) { return; }
    this.editor.acted();
    const { state, view } = this.editor;
    const point = view.toPicture(at);
    const slack = view.unit(event.pointerType === 'touch' ? 16 : 7);
    const chosen = chosenBox(state);
    const handle = chosen && !this.armed ? handleUnder(chosen, point, slack) : null;
    const inside = chosen && !this.armed && boxUnder([chosen], point, 0);
    const kind = state.mode === 'class' ? 'none' : state.mode === 'extreme' ? 'extreme' : handle ? 'resize' : inside ? 'move' : state.mode === 'points' ? 'point' : 'draw';
    this.drag = { kind, handle, start: point, at, box: chosen, gesture: `drag ${++this.serial}`, far: false };
  }

  move(event) {
    const at = this.at(event);
    if (this.fingers.has(event.pointerId)) { this.fingers.set(event.pointerId, at); }
    if (this.pinch && this.fingers.size === 2) { this.pinched(); return; }
    this.cursor = event.pointerType === 'mouse' ? at : null;
    const drag = this.drag;
    if (!drag) { this.stirred ||= event.movementX !== 0 || event.movementY !== 0; this.hover(at); return; }
    if (drag.kind === 'pan') {
      this.editor.view.pan(at[0] - drag.last[0], at[1] - drag.last[1]);
      drag.last = at;
      this.editor.redraw();
      return;
    }
    drag.far ||= Math.hypot(at[0] - drag.at[0], at[1] - drag.at[1]) >= CLICK_PX;
    if (drag.far) { this.dragTo(drag, this.editor.view.toPicture(at)); }
  }

  dragTo(drag, point) {
    const { frame } = this.editor.state;
    const [dx, dy] = [point[0] - drag.start[0], point[1] - drag.start[1]];
    if (drag.kind === 'draw') {
      drag.sketch = around([drag.start, point], frame);
      this.editor.redraw();
    } else if (drag.kind === 'move') {
      this.editor.run({ do: 'place', box: moved(drag.box, dx, dy, frame), gesture: drag.gesture });
    } else if (drag.kind === 'resize') {
      this.editor.run({ do: 'place', box: resized(drag.box, drag.handle, dx, dy, frame), gesture: drag.gesture });
    }
  }

  up(event) {
    this.fingers.delete(event.pointerId);
    if (this.fingers.size < 2) { this.pinch = null; }
    const drag = this.drag;
    this.drag = null;
    if (!drag || drag.kind === 'pan' || drag.kind === 'none') { return; }
    const point = this.editor.view.toPicture(this.at(event));
    if (drag.kind === 'extreme') { this.editor.run({ do: 'extreme', at: point });
    } else if (drag.kind === 'point') { this.click(point, { do: 'point', at: point });
    } else if (drag.kind === 'draw' && drag.far) {
      this.editor.run({ do: 'draw', from: drag.start, to: point });
      this.arm(false);
    } else if (!drag.far) { this.click(point, { do: 'choose', id: null }); } else { this.editor.run({ do: 'settle' }); }
  }

  click(point, otherwise) {
    const { state, view } = this.editor;
    const box = boxUnder(state.boxes, point, view.unit(3));
    this.editor.run(box ? { do: 'choose', id: box.id } : otherwise);
  }

  cancel(event) {
    this.fingers.delete(event.pointerId);
    this.drag = this.pinch = null;
    this.editor.redraw();
  }

  hover(at) {
    const { state, view } = this.editor;
    const point = view.toPicture(at);
    const chosen = chosenBox(state);
    const handle = chosen && !this.armed && handleUnder(chosen, point, view.unit(7));
    this.canvas.style.cursor = this.panning ? 'grab' : handle ? CURSORS[handle] : chosen && !this.armed && boxUnder([chosen], point, 0) ? 'move' : 'crosshair';
    this.editor.redraw();
  }

  span() {
    const [a, b] = [...this.fingers.values()];
    return { middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], length: Math.hypot(a[0] - b[0], a[1] - b[1]) };
  }

  pinched() {
    const now = this.span();
    this.editor.view.pan(now.middle[0] - this.pinch.middle[0], now.middle[1] - this.pinch.middle[1]);
    if (this.pinch.length > 0) { this.editor.view.zoom(now.length / this.pinch.length, now.middle); }
    this.pinch = now;
    this.editor.redraw();
  }

  pan(on) {
    this.panning = on;
    this.panned = this.stirred = false;
    this.canvas.style.cursor = on ? 'grab' : 'crosshair';
  }

  arm(on) { this.armed = on; }
}
