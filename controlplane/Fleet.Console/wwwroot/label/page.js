// The label page: puts state, view, pointer, keys, panel, feed and outbox together.
import * as api from './api.js';
import { Feed } from './feed.js';
import { iou, missing } from './geometry.js';
import { listen } from './keyboard.js';
import { Outbox } from './outbox.js';
import { Panel, presetsKnown } from './panel.js';
import { Pointer } from './pointer.js';
import { after, annotations, begin, boxOf, drawn } from './state.js';
import { View } from './view.js';

const DRAFT_MS = 1500;
const MODES = { extreme: 'extreme', points: 'points', classOnly: 'class' };

class Page {
  constructor(host) {
    this.host = host;
    this.canvas = host.querySelector('canvas');
    this.view = new View(this.canvas);
    this.state = begin({ width: 1, height: 1, classes: ['object'] });
    this.panel = new Panel(host, this);
    this.pointer = new Pointer(this);
    this.outbox = new Outbox(localStorage, entry => this.send(entry), (state, detail, digest) => this.told(state, detail, digest));
    this.outbox.arrived = entry => this.count(entry);
    this.feed = new Feed(problem => this.panel.note(problem.message, true));
    this.tally = { acts: 0, boxes: 0, frames: 0 };
    Object.assign(this, { frame: null, ghosts: [], extra: {}, drawing: 0, draftTimer: 0, shiftDown: 0, kept: { cls: 0, mode: 'box', pointPx: 10 } });
    this.ends = new AbortController();
    const { signal } = this.ends;
    listen(this, signal);
    window.addEventListener('pagehide', () => this.feed.close(), { signal });
    window.addEventListener('online', () => this.outbox.flush(), { signal });
    this.sizes = new ResizeObserver(() => { this.view.measure(); this.redraw(); });
    this.sizes.observe(this.canvas);
    this.preset(localStorage.getItem('fleet-label-keys') ?? 'fleet');
  }

  async start(digest, filter) {
    this.panel.setFilter(filter);
    this.feed.filter = this.panel.filter();
    api.devices().then(page => this.panel.cameras(page.items)).catch(() => { /* the list of cameras stays short */ });
    this.outbox.flush();
    await (digest ? this.open(() => this.feed.open(digest)) : this.open(() => this.feed.next()));
  }

  close() {
    this.keep();
    this.ends.abort();
    this.sizes.disconnect();
    clearTimeout(this.draftTimer);
    this.outbox.close();
    this.pointer.close();
    this.panel.close();
    this.feed.close();
  }

  // ---- frames

  get review() { return this.feed.filter.work === 'Review'; }

  async open(load) {
    const asked = performance.now();
    this.panel.note('');
    try {
      const found = await load();
      if (found) { this.show(found, asked); } else { await this.nothing(); }
    } catch (problem) {
      this.panel.note(problem.message, true);
      if (!this.frame) { this.panel.empty('This frame cannot be opened', problem.message); }
    }
  }

  show(found, asked) {
    const { task, digest, picture } = found;
    this.frame = found;
    const { widthPx: width, heightPx: height } = task.sample.frame;
    this.state = begin({ width, height, classes: task.classes, boxes: this.boxesOf(task, digest), ...this.kept });
    const restored = this.localDraft(task, digest) !== null;
    if (restored) { this.state = { ...this.state, edits: 1 }; }
    this.ghosts = [];
    this.before = this.review ? [...this.state.boxes] : null;
    this.view.show(picture, { width, height });
    this.panel.empty(null);
    this.panel.frame(task, this.review ? 'you review it' : '');
    if (!this.review && task.reviews[0]?.verdict === 'Corrected') { this.ghosts = missing(task.reviews[0].before.map(boxOf), this.state.boxes); }
    this.changed();
    if (restored) { this.edited(); }
    if (!this.host.dataset.frame) { this.welcome(); }
    this.host.dataset.frame = digest;
    this.host.dataset.nextMs = Math.round(performance.now() - asked);
    history.replaceState(history.state, '', this.address(digest));
    this.counts();
    this.feed.prefetch();
  }

  // whoever comes to label has the keys on the picture at once, unless they have turned to something else already
  welcome() {
    const on = document.activeElement;
    if (!on || on === document.body || on.matches('h1')) { this.canvas.focus({ preventScroll: true }); }
    // the console turns to the heading of a page that it came to, which on a busy machine is after the first frame is there
    this.host.querySelector('h1').addEventListener('focus', () => this.canvas.focus({ preventScroll: true }), { signal: this.ends.signal });
  }

  // what this browser kept before a reload; of no use once someone has labelled the frame since
  localDraft(task, digest) {
    const local = this.outbox.draft(digest);
    return local && (local.etag === null || local.etag === task.sample.eTag) ? local : null;
  }

  boxesOf(task, digest) {
    const local = this.localDraft(task, digest);
    if (local) { return local.boxes; }
    const own = (task.draft ?? task.sample.label)?.map(boxOf) ?? [];
    const fresh = task.sample.state === 'Unlabelled' && !this.review ? task.proposals.map(boxOf) : [];
    return [...own, ...fresh.filter(p => !own.some(b => iou(b, p) >= 0.5))];
  }

  address(digest) {
    const { strategy, work, device, camera } = this.feed.filter;
    const query = new URLSearchParams({ ...(work !== 'Label' && { work }), ...(strategy !== 'Value' && { strategy }), ...(device && { device, camera }) }).toString();
    return `/label${digest ? `/${digest}` : ''}${query ? `?${query}` : ''}`;
  }

  async nothing() {
    this.frame = null;
    delete this.host.dataset.frame;
    history.replaceState(history.state, '', this.address(null));
    this.panel.empty(this.review ? 'Nothing to review' : 'Nothing waits for labels', this.review ? 'Labels that others make appear here.' : 'Devices send frames of which their version is unsure, and a few at random.');
    await this.counts();
  }

  async counts() {
    try { this.panel.left(await api.counts(this.feed.filter), this.review); } catch { /* the figures stay as they were */ }
  }

  // ---- leaving a frame

  finish(state) {
    const { digest, task } = this.frame;
    const boxes = state === 'Labelled' ? annotations(this.state) : [];
    const verdict = this.review && state !== 'Discarded' ? (this.state.edits === 0 ? { verdict: 'Accepted' } : { verdict: 'Corrected', boxes }) : null;
    this.outbox.add({ digest, etag: task.sample.eTag, state, boxes, verdict, at: Date.now() });
    this.tally.frames++;
    this.tally.boxes += boxes.length;
    this.panel.write('tally', this.tally.boxes > 0 ? `${this.tally.frames} frames, ${(this.tally.acts / this.tally.boxes).toFixed(2)} actions a box` : '');
    Object.assign(this.host.dataset, { acts: this.tally.acts, boxes: this.tally.boxes, frames: this.tally.frames });
    this.move();
  }

  send({ digest, etag, state, boxes, verdict }) {
    return verdict ? api.review(digest, etag, verdict) : api.label(digest, etag, state, boxes);
  }

  count(entry) {
    if (this.frame?.digest !== entry.digest) { this.feed.leave(entry.digest); }
    this.counts();
  }

  sendBack() {
    if (!this.review || !this.frame) { return; }
    const { digest, task } = this.frame;
    const note = this.panel.part('review-note').value.trim();
    this.panel.part('review-note').value = '';
    this.outbox.add({ digest, etag: task.sample.eTag, verdict: { verdict: 'Returned', ...(note && { note }) }, at: Date.now() });
    this.move();
  }

  // what was changed counts as done; what was only looked at stays in the queue, for someone else
  next() {
    if (this.state.edits > 0 && drawn(this.state).length > 0) { this.finish('Labelled'); } else { this.skip(); }
  }

  skip() {
    const { digest } = this.frame;
    this.keep();
    this.feed.held.delete(digest);
    api.skip(digest).then(() => this.counts()).catch(problem => this.panel.note(problem.message, true));
    this.move();
  }

  move() {
    clearTimeout(this.draftTimer);
    this.feed.past.push(this.frame.digest);
    this.kept = { cls: this.state.cls, mode: this.state.mode, pointPx: this.state.pointPx };
    return this.open(() => this.feed.next());
  }

  async back() {
    const digest = this.feed.past.pop();
    if (!digest) { this.panel.note('There is no frame before this one.'); return; }
    this.keep();
    await this.outbox.flush();
    if (this.frame) { this.feed.leave(this.frame.digest); }
    await this.open(() => this.feed.open(digest));
  }

  async choose(filter) {
    this.keep();
    if (this.frame) { this.feed.leave(this.frame.digest); }
    await this.feed.choose(filter);
    this.frame = null;
    await this.open(() => this.feed.next());
  }

  // ---- changes

  run(command) {
    if (!this.frame) { return; }
    const was = this.state;
    this.state = after(was, command);
    if (this.state === was) { this.extra = { sketch: this.pointer.drag?.sketch }; this.redraw(); return; }
    if (this.state.notice) { this.panel.note(this.state.notice, true); }
    if (this.state.edits !== was.edits) { this.edited(); }
    this.changed();
    if (command.do === 'classify' && this.state.mode === 'class') { this.finish('Labelled'); }
  }

  changed() {
    if (this.before) {
      const now = new Map(this.state.boxes.map(b => [b.id, b]));
      this.ghosts = this.before.filter(b => now.get(b.id) !== b);
    }
    this.panel.show(this.state, { review: this.review });
    this.redraw();
  }

  edited() {
    this.keep();
    this.panel.saving('saving');
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => this.sendDraft(), DRAFT_MS);
  }

  /** In this browser at once: a reload loses nothing. */
  keep() {
    if (this.frame && this.state.edits > 0 && !this.outbox.isWaiting(this.frame.digest)) {
      this.outbox.keepDraft(this.frame.digest, { boxes: this.state.boxes, etag: this.frame.task.sample.eTag });
    }
  }

  async sendDraft() {
    const { digest } = this.frame ?? {};
    if (!digest || this.review) { this.panel.saving('draft'); return; }
    try {
      await api.hold(digest, annotations(this.state));
      this.told('saved');
    } catch (problem) {
      this.told(problem.passes ? 'offline' : 'refused', problem.message);
      if (problem.passes && this.frame?.digest === digest) { this.draftTimer = setTimeout(() => this.sendDraft(), DRAFT_MS * 4); }
    }
  }

  told(state, detail, digest) {
    this.panel.saving(state, detail);
    if (state === 'refused') { this.panel.note(digest ? `${detail} Your boxes are kept in this browser: go back to the frame to see them.` : detail, true); }
  }

  redraw() {
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      const marking = this.pointer.armed || this.state.mode === 'extreme';
      this.view.draw(this.state, { sketch: this.pointer.drag?.sketch, ghosts: this.ghosts, cursor: marking ? this.pointer.cursor : null });
      this.drawn = (this.drawn ?? 0) + 1;
    });
  }

  acted() { this.tally.acts++; }

  // ---- actions of the panel and of keys

  classify(index) { this.acted(); this.run({ do: 'classify', index }); this.canvas.focus({ preventScroll: true }); }

  addClass(name) {
    if (!name || name.length > 64) { return; }
    this.run({ do: 'addClass', name });
    this.run({ do: 'classify', index: this.state.classes.indexOf(name) });
  }

  light(brightness, contrast) { this.view.light(brightness, contrast); this.redraw(); }

  points(side) { this.kept.pointPx = side; this.state = { ...this.state, pointPx: side }; }

  preset(name) {
    const known = presetsKnown.includes(name) ? name : 'fleet';
    localStorage.setItem('fleet-label-keys', known);
    this.panel.usePreset(known);
  }

  async copy() {
    const earlier = await api.earlier(this.frame.digest);
    if (earlier) { this.run({ do: 'copy', boxes: earlier.boxes.map(boxOf) }); } else { this.panel.note('No earlier frame of this camera is labelled yet.'); }
  }

  async unskip() {
    await api.takeBackSkips();
    if (this.frame) { await this.counts(); } else { await this.open(() => this.feed.next()); }
  }

  act(action) {
    const always = { help: () => this.panel.help(), unskip: () => this.unskip(), back: () => this.back() };
    if (always[action]) { always[action](); return; }
    if (!this.frame) { return; }
    this.acted();
    const acts = {
      done: () => this.finish('Labelled'), next: () => this.next(), skip: () => this.skip(), discard: () => this.finish('Discarded'), sendBack: () => this.sendBack(),
      copy: () => this.copy().catch(problem => this.panel.note(problem.message, true)),
      draw: () => { this.pointer.arm(!this.pointer.armed); this.redraw(); },
      accept: () => this.accept(),
      release: () => { this.pointer.arm(false); this.pointer.drag = null; this.run({ do: 'release' }); },
      cycle: () => this.run({ do: 'cycle', by: 1 }), cycleBack: () => this.run({ do: 'cycle', by: -1 }),
      hide: () => { this.view.style.names = !this.view.style.names; this.redraw(); },
      hideBoxes: () => { this.view.style.boxes = false; this.redraw(); },
      fit: () => { this.view.fit(); this.redraw(); }, zoomIn: () => { this.view.zoom(1.25); this.redraw(); }, zoomOut: () => { this.view.zoom(0.8); this.redraw(); },
      brighter: () => this.shade(0.2), darker: () => this.shade(-0.2),
    };
    if (MODES[action]) { this.run({ do: 'mode', mode: MODES[action] }); } else { (acts[action] ?? (() => this.run({ do: action })))(); }
  }

  /** Enter after Draw: a box without a pointer, to be moved and resized by arrows. */
  accept() {
    if (!this.pointer.armed) { this.run({ do: 'accept' }); return; }
    const [x, y] = this.view.middle();
    const half = Math.min(this.state.frame.width, this.state.frame.height) / 8;
    this.pointer.arm(false);
    this.run({ do: 'draw', from: [x - half, y - half], to: [x + half, y + half] });
  }

  shade(by) {
    const slider = this.panel.part('brightness');
    slider.value = Number(slider.value) + by;
    slider.dispatchEvent(new Event('input'));
  }
}

/** Opens the page in its host; digest may be null for whatever comes first. */
export async function open(host, digest, filter) {
  const page = new Page(host);
  await page.start(digest, filter);
  return page;
}
