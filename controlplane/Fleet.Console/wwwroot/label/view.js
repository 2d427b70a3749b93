// Draws a state on one canvas. Only what is seen is drawn, and edges are filled bars: that keeps thousands of boxes fluid.
import { HANDLES, handleAt } from './geometry.js';

const NAMES_SHOWN = 400;
const LAYERED = 300;
const COLOURS = ['#2fe0c6', '#ffb648', '#74b6ff', '#ff8bb2', '#b6e35a', '#c9a2ff'];
const PROPOSED = '#ffffff';
const GHOST = '#ff5c5c';

/** The colour that a class always has; the same number as on the other pages. */
export const colourOf = label => [...label].reduce((hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0, 17) % COLOURS.length;

export class View {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d', { alpha: false });
    Object.assign(this, { scale: 1, x: 0, y: 0, ratio: 1, fitted: true, picture: null, shown: null, brightness: 1, contrast: 1, widths: new Map() });
    this.style = { names: true, boxes: true };
  }

  /** Fits the canvas to its place on the page. */
  measure() {
    const { clientWidth, clientHeight } = this.canvas;
    this.ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = Math.max(1, Math.round(clientWidth * this.ratio));
    this.canvas.height = Math.max(1, Math.round(clientHeight * this.ratio));
    if (this.fitted) { this.fit(); }
  }

  show(picture, frame) {
    this.frame = frame;
    this.picture = picture;
    this.light(this.brightness, this.contrast);
    this.fit();
  }

  // the filter costs as much as a picture, so it is laid over once and not at every drawing
  light(brightness, contrast) {
    Object.assign(this, { brightness, contrast });
    this.shown = this.picture;
    if (this.picture && (brightness !== 1 || contrast !== 1)) {
      const made = new OffscreenCanvas(this.picture.width, this.picture.height);
      const context = made.getContext('2d');
      context.filter = `brightness(${brightness}) contrast(${contrast})`;
      context.drawImage(this.picture, 0, 0);
      this.shown = made;
    }
  }

  fit() {
    if (!this.frame) { return; }
    const { width, height } = this.canvas;
    this.scale = Math.min(width / this.frame.width, height / this.frame.height);
    this.x = (width - this.frame.width * this.scale) / 2;
    this.y = (height - this.frame.height * this.scale) / 2;
    this.fitted = true;
  }

  zoom(factor, at = [this.canvas.clientWidth / 2, this.canvas.clientHeight / 2]) {
    const [px, py] = [at[0] * this.ratio, at[1] * this.ratio];
    const least = Math.min(this.canvas.width / this.frame.width, this.canvas.height / this.frame.height) / 2;
    const next = Math.min(Math.max(this.scale * factor, least), 64 * this.ratio);
    this.x = px - (px - this.x) * next / this.scale;
    this.y = py - (py - this.y) * next / this.scale;
    this.scale = next;
    this.fitted = false;
  }

  pan(dx, dy) {
    this.x += dx * this.ratio;
    this.y += dy * this.ratio;
    this.fitted = false;
  }

  /** A point of the canvas in picture pixels. */
  toPicture([x, y]) { return [(x * this.ratio - this.x) / this.scale, (y * this.ratio - this.y) / this.scale]; }

  /** The middle of what is seen of the picture, in its pixels. */
  middle() {
    const [x, y] = this.toPicture([this.canvas.clientWidth / 2, this.canvas.clientHeight / 2]);
    return [Math.min(Math.max(x, 0), this.frame.width), Math.min(Math.max(y, 0), this.frame.height)];
  }

  /** A length of the screen in picture pixels. */
  unit(px) { return px * this.ratio / this.scale; }

  draw(state, { sketch = null, ghosts = [], cursor = null } = {}) {
    const c = this.context;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.fillStyle = '#0b1211';
    c.fillRect(0, 0, this.canvas.width, this.canvas.height);
    if (!this.shown) { return; }
    this.area = [this.canvas.width, this.canvas.height];
    if (this.stands(state)) {
      this.layer ??= this.paintLayer(state);
      c.drawImage(this.layer, Math.round(this.x), Math.round(this.y));
    } else {
      this.layer = null;
      this.paint(state);
    }
    for (const box of ghosts) { this.dashed(box, GHOST); }
    this.drawMarks(state, sketch, cursor);
  }

  // picture and boxes, as they are
  paint(state) {
    this.context.imageSmoothingEnabled = this.scale < 3;
    this.context.drawImage(this.shown, this.x, this.y, this.frame.width * this.scale, this.frame.height * this.scale);
    if (this.style.boxes) { this.drawBoxes(state); }
  }

  // while a full picture is only moved, it is painted once and then copied
  stands(state) {
    const key = [state.boxes, state.chosen, this.scale, this.style.names, this.style.boxes, this.shown];
    const same = this.key?.every((part, i) => part === key[i]) ?? false;
    this.key = key;
    return same && state.boxes.length > LAYERED && this.frame.width * this.scale <= 2 * this.canvas.width && this.frame.height * this.scale <= 2 * this.canvas.height;
  }

  paintLayer(state) {
    const { context, x, y, area } = this;
    const layer = new OffscreenCanvas(Math.ceil(this.frame.width * this.scale), Math.ceil(this.frame.height * this.scale));
    Object.assign(this, { context: layer.getContext('2d', { alpha: false }), x: 0, y: 0, area: [layer.width, layer.height] });
    this.paint(state);
    Object.assign(this, { context, x, y, area });
    return layer;
  }

  drawBoxes(state) {
    const seen = state.boxes.filter(b => this.sees(b));
    const bar = Math.max(1, Math.round(1.5 * this.ratio));
    const groups = Map.groupBy(seen.filter(b => b.id !== state.chosen), b => b.score === null ? colourOf(b.label) : -1);
    for (const [colour, boxes] of groups) {
      this.context.fillStyle = colour < 0 ? PROPOSED : COLOURS[colour];
      for (const box of boxes) { colour < 0 ? this.corners(box, bar) : this.edges(box, bar); }
    }
    const chosen = seen.find(b => b.id === state.chosen);
    if (chosen) { this.drawChosen(chosen, bar); }
    if (this.style.names && seen.length <= NAMES_SHOWN) { this.drawNames(seen, state.chosen); }
  }

  sees(b) {
    const [x, y] = [b.x * this.scale + this.x, b.y * this.scale + this.y];
    return x < this.area[0] && y < this.area[1] && x + b.w * this.scale > 0 && y + b.h * this.scale > 0;
  }

  place(b) {
    const x = Math.round(b.x * this.scale + this.x);
    const y = Math.round(b.y * this.scale + this.y);
    return [x, y, Math.max(2, Math.round((b.x + b.w) * this.scale + this.x) - x), Math.max(2, Math.round((b.y + b.h) * this.scale + this.y) - y)];
  }

  edges(box, bar) {
    const c = this.context;
    const [x, y, w, h] = this.place(box);
    c.fillRect(x, y, w, bar);
    c.fillRect(x, y + h - bar, w, bar);
    c.fillRect(x, y, bar, h);
    c.fillRect(x + w - bar, y, bar, h);
  }

  // a proposal shows its corners only, so that it is told from a box without its colour
  corners(box, bar) {
    const c = this.context;
    const [x, y, w, h] = this.place(box);
    const [lw, lh] = [Math.max(bar, Math.round(w * 0.28)), Math.max(bar, Math.round(h * 0.28))];
    for (const left of [x, x + w - lw]) { c.fillRect(left, y, lw, bar); c.fillRect(left, y + h - bar, lw, bar); }
    for (const top of [y, y + h - lh]) { c.fillRect(x, top, bar, lh); c.fillRect(x + w - bar, top, bar, lh); }
  }

  drawChosen(box, bar) {
    const c = this.context;
    const colour = box.score === null ? COLOURS[colourOf(box.label)] : PROPOSED;
    const [x, y, w, h] = this.place(box);
    c.globalAlpha = 0.16;
    c.fillStyle = colour;
    c.fillRect(x, y, w, h);
    c.globalAlpha = 1;
    this.edges(box, bar * 2);
    const side = Math.round(7 * this.ratio);
    for (const name of HANDLES) {
      const [hx, hy] = handleAt({ x, y, w, h }, name);
      c.fillStyle = '#0b1211';
      c.fillRect(hx - side / 2 - 1, hy - side / 2 - 1, side + 2, side + 2);
      c.fillStyle = '#ffffff';
      c.fillRect(hx - side / 2, hy - side / 2, side, side);
    }
  }

  drawNames(boxes, chosen) {
    const c = this.context;
    const size = Math.round(12 * this.ratio);
    c.font = `600 ${size}px system-ui, sans-serif`;
    c.textBaseline = 'top';
    for (const box of boxes) {
      const text = box.score === null ? box.label : `${box.label} ${box.score.toFixed(2)}?`;
      const key = `${size} ${text}`;
      if (!this.widths.has(key)) { this.widths.set(key, c.measureText(text).width + size * 0.6); }
      const width = this.widths.get(key);
      const [left, y, w] = this.place(box);
      if (width > w * 1.2 && box.id !== chosen) { continue; }
      const x = Math.max(0, Math.min(left, this.area[0] - width));
      const top = y - size * 1.4 < 0 ? y : y - size * 1.4;
      c.fillStyle = box.score === null ? COLOURS[colourOf(box.label)] : PROPOSED;
      c.fillRect(x, top, width, size * 1.4);
      c.fillStyle = '#0b1211';
      c.fillText(text, x + size * 0.3, top + size * 0.2);
    }
  }

  dashed(box, colour) {
    const c = this.context;
    const [x, y, w, h] = this.place(box);
    c.strokeStyle = colour;
    c.lineWidth = 2 * this.ratio;
    c.setLineDash([6 * this.ratio, 4 * this.ratio]);
    c.strokeRect(x, y, w, h);
    c.setLineDash([]);
  }

  drawMarks(state, sketch, cursor) {
    const c = this.context;
    if (sketch) { this.dashed(sketch, COLOURS[colourOf(state.classes[state.cls])]); }
    c.fillStyle = '#ffffff';
    for (const [x, y] of state.marks) {
      const [px, py, arm] = [x * this.scale + this.x, y * this.scale + this.y, 7 * this.ratio];
      c.fillRect(px - arm, py - this.ratio, arm * 2, 2 * this.ratio);
      c.fillRect(px - this.ratio, py - arm, 2 * this.ratio, arm * 2);
    }
    if (cursor && state.mode !== 'class') {
      c.fillStyle = 'rgb(255 255 255 / 35%)';
      c.fillRect(0, Math.round(cursor[1] * this.ratio), this.canvas.width, 1);
      c.fillRect(Math.round(cursor[0] * this.ratio), 0, 1, this.canvas.height);
    }
  }
}
