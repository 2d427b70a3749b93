// What is on a frame, as a value: every command gives the next state and changes nothing.
import { around, missing, moved, pointBox, resized } from './geometry.js';

const MAX_BOXES = 2000;
const MAX_STEPS = 200;
export const MODES = ['box', 'extreme', 'points', 'class'];

/** A box is {id, label, x, y, w, h, score}; with a score it is only proposed. */
export function begin({ width, height, classes, boxes = [], cls = 0, mode = 'box', pointPx = 10 }) {
  const own = boxes.map((b, i) => ({ score: null, ...b, id: i + 1 }));
  return {
    frame: { width, height }, classes, boxes: own, nextId: own.length + 1, chosen: null,
    cls: Math.min(cls, classes.length - 1), mode, pointPx, marks: [], past: [], future: [], gesture: null, edits: 0,
  };
}

export const chosenBox = state => state.boxes.find(b => b.id === state.chosen) ?? null;
export const proposals = state => state.boxes.filter(b => b.score !== null);
export const drawn = state => state.boxes.filter(b => b.score === null);

// one step back is one command, or one whole drag or row of nudges: those share a gesture
function change(state, boxes, more = {}, gesture = null) {
  if (boxes.length > MAX_BOXES) { return { ...state, notice: `A frame holds at most ${MAX_BOXES} boxes.` }; }
  const goesOn = gesture !== null && gesture === state.gesture;
  const past = goesOn ? state.past : [...state.past, state.boxes].slice(-MAX_STEPS);
  return { ...state, boxes, past, future: [], gesture, edits: state.edits + 1, notice: null, ...more };
}

const replace = (state, box, gesture) => change(state, state.boxes.map(b => b.id === box.id ? box : b), {}, gesture);
const add = (state, box) => change(state, [...state.boxes, { label: state.classes[state.cls], score: null, ...box, id: state.nextId }], { nextId: state.nextId + 1, chosen: state.nextId, marks: [] });
const accepted = box => box.score === null ? box : { ...box, score: null };

function step(state, by, only = () => true) {
  const order = state.boxes.filter(only);
  if (order.length === 0) { return { ...state, chosen: null }; }
  const at = order.findIndex(b => b.id === state.chosen);
  const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : (at + by + order.length) % order.length;
  return { ...state, chosen: order[next].id, gesture: null };
}

const commands = {
  choose: (s, { id }) => ({ ...s, chosen: id, gesture: null }),
  cycle: (s, { by = 1 }) => step(s, by),
  draw: (s, { from, to }) => { const box = around([from, to], s.frame); return box ? add(s, box) : s; },
  extreme(s, { at }) {
    const marks = [...s.marks, at];
    if (marks.length < 4) { return { ...s, marks }; }
    const box = around(marks, s.frame);
    return box ? add(s, box) : { ...s, marks: [] };
  },
  point: (s, { at }) => add(s, pointBox(at, s.pointPx, s.frame)),
  move: (s, { dx, dy, gesture }) => { const b = chosenBox(s); return b ? replace(s, accepted(moved(b, dx, dy, s.frame)), gesture) : s; },
  resize: (s, { handle, dx, dy, gesture }) => { const b = chosenBox(s); return b ? replace(s, accepted(resized(b, handle, dx, dy, s.frame)), gesture) : s; },
  place: (s, { box, gesture }) => replace(s, accepted(box), gesture),
  remove(s) {
    if (s.marks.length > 0) { return { ...s, marks: s.marks.slice(0, -1) }; }
    const at = s.boxes.findIndex(b => b.id === s.chosen);
    if (at < 0) { return s; }
    const boxes = s.boxes.filter(b => b.id !== s.chosen);
    return change(s, boxes, { chosen: boxes[Math.min(at, boxes.length - 1)]?.id ?? null });
  },
  duplicate(s) {
    const b = chosenBox(s);
    return b ? add(s, { ...moved(b, Math.min(10, s.frame.width - b.x - b.w), Math.min(10, s.frame.height - b.y - b.h), s.frame), score: null }) : s;
  },
  classify(s, { index }) {
    if (index < 0 || index >= s.classes.length) { return s; }
    const next = { ...s, cls: index };
    if (s.mode === 'class') {
      const whole = { id: s.nextId, label: s.classes[index], score: null, x: 0, y: 0, w: s.frame.width, h: s.frame.height };
      return change(next, [whole], { nextId: s.nextId + 1, chosen: null });
    }
    const b = chosenBox(s);
    return b && (b.label !== s.classes[index] || b.score !== null) ? replace(next, { ...b, label: s.classes[index], score: null }) : next;
  },
  accept(s) {
    const b = chosenBox(s);
    if (!b || b.score === null) { return step(s, 1, x => x.score !== null); }
    const next = replace(s, accepted(b));
    return proposals(next).length > 0 ? step({ ...next, chosen: following(s) }, 0) : next;
  },
  acceptAll: s => proposals(s).length > 0 ? change(s, s.boxes.map(accepted)) : s,
  copy(s, { boxes }) {
    const fresh = missing(boxes, drawn(s), 0.99).map((b, i) => ({ ...b, id: s.nextId + i, score: null })).map(b => moved(b, 0, 0, s.frame));
    return fresh.length > 0 ? change(s, [...s.boxes, ...fresh], { nextId: s.nextId + fresh.length }) : s;
  },
  mode: (s, { mode }) => ({ ...s, mode: s.mode === mode ? 'box' : mode, marks: [], chosen: null }),
  addClass: (s, { name }) => s.classes.includes(name) ? s : { ...s, classes: [...s.classes, name] },
  release: s => s.marks.length > 0 ? { ...s, marks: [] } : { ...s, chosen: null },
  settle: s => ({ ...s, gesture: null }),
  undo(s) {
    if (s.past.length === 0) { return s; }
    return { ...s, boxes: s.past.at(-1), past: s.past.slice(0, -1), future: [s.boxes, ...s.future], gesture: null, edits: s.edits + 1 };
  },
  redo(s) {
    if (s.future.length === 0) { return s; }
    return { ...s, boxes: s.future[0], past: [...s.past, s.boxes], future: s.future.slice(1), gesture: null, edits: s.edits + 1 };
  },
};

function following(s) {
  const open = s.boxes.filter(b => b.score !== null);
  const at = open.findIndex(b => b.id === s.chosen);
  return open[(at + 1) % open.length]?.id ?? null;
}

/** The state after a command {do, ...}; an unknown one is a mistake of the caller. */
export function after(state, command) {
  const run = commands[command.do];
  if (!run) { throw new Error(`There is no command ${command.do}.`); }
  return run(state, command);
}

/** What is sent and kept: accepted boxes only, to a hundredth of a pixel. */
export function annotations(state) {
  const round = v => Math.round(v * 100) / 100;
  return drawn(state).map(b => ({ label: b.label, box: { x: round(b.x), y: round(b.y), width: round(b.w), height: round(b.h) } }));
}

export const boxOf = ({ label, box, score = null }) => ({ label, x: box.x, y: box.y, w: box.width, h: box.height, score });
