// Plain arithmetic on boxes {x, y, w, h} in picture pixels.
export const SMALLEST = 2;
export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

const limit = (value, low, high) => Math.min(Math.max(value, low), high);

export const handleAt = (box, name) => [
  name.includes('w') ? box.x : name.includes('e') ? box.x + box.w : box.x + box.w / 2,
  name.includes('n') ? box.y : name.includes('s') ? box.y + box.h : box.y + box.h / 2,
];

export function moved(box, dx, dy, frame) {
  return { ...box, x: limit(box.x + dx, 0, frame.width - box.w), y: limit(box.y + dy, 0, frame.height - box.h) };
}

/** Moves the sides that a handle names; a side that is pulled over its opposite stops before it. */
export function resized(box, handle, dx, dy, frame) {
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.w, box.y + box.h];
  if (handle.includes('w')) { left = limit(left + dx, 0, right - SMALLEST); }
  if (handle.includes('e')) { right = limit(right + dx, left + SMALLEST, frame.width); }
  if (handle.includes('n')) { top = limit(top + dy, 0, bottom - SMALLEST); }
  if (handle.includes('s')) { bottom = limit(bottom + dy, top + SMALLEST, frame.height); }
  return { ...box, x: left, y: top, w: right - left, h: bottom - top };
}

/** The box around points, cut to the frame; null where nothing is left to see. */
export function around(points, frame) {
  const xs = points.map(p => limit(p[0], 0, frame.width));
  const ys = points.map(p => limit(p[1], 0, frame.height));
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const box = { x, y, w: Math.max(...xs) - x, h: Math.max(...ys) - y };
  return box.w >= SMALLEST && box.h >= SMALLEST ? box : null;
}

export function pointBox([x, y], side, frame) {
  const half = side / 2;
  return { x: limit(x - half, 0, frame.width - side), y: limit(y - half, 0, frame.height - side), w: side, h: side };
}

const inside = (box, x, y, slack) => x >= box.x - slack && x <= box.x + box.w + slack && y >= box.y - slack && y <= box.y + box.h + slack;

/** The handle of a box under a point, within slack; null for none. */
export function handleUnder(box, [x, y], slack) {
  return HANDLES.find(name => {
    const [hx, hy] = handleAt(box, name);
    return Math.abs(hx - x) <= slack && Math.abs(hy - y) <= slack;
  }) ?? null;
}

/** The smallest box under a point, so that one that lies in another can be reached; null for none. */
export function boxUnder(boxes, [x, y], slack) {
  let best = null;
  for (const box of boxes) {
    if (inside(box, x, y, slack) && (best === null || box.w * box.h < best.w * best.h)) { best = box; }
  }
  return best;
}

export function iou(a, b) {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? (w * h) / (a.w * a.h + b.w * b.h - w * h) : 0;
}

/** Those of one list that the other has not, by class and place. */
export const missing = (from, others, least = 0.9) => from.filter(a => !others.some(b => b.label === a.label && iou(a, b) >= least));
