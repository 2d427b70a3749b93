// Hands on the zones and lines of a picture. What they are is known by the page; while something is dragged only its drawing moves.
const STEP = 0.01;
const LARGE_STEP = 0.05;
const clamp = value => Math.min(1, Math.max(0, value));
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function open(svg, page) {
  const ended = new AbortController();
  let drag = null;

  const share = event => {
    const box = svg.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  const size = () => ({ width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height });
  const shapeOf = place => svg.querySelector(`polygon[data-place="${place}"], polyline[data-place="${place}"]`);
  const ask = (method, ...given) => page.invokeMethodAsync(method, ...given).catch(() => { /* the server is gone, and the page says so */ });

  function draw() {
    const { target, place, corner, mid, from, at } = drag;
    const { width, height } = size();
    if (corner === undefined && mid === undefined) {
      const shift = `translate(${(at.x - from.x) * width} ${(at.y - from.y) * height})`;
      svg.querySelectorAll(`[data-place="${place}"]`).forEach(part => part.setAttribute('transform', shift));
      return;
    }
    target.setAttribute('cx', clamp(at.x) * width);
    target.setAttribute('cy', clamp(at.y) * height);
    const points = [...drag.points];
    const moved = `${clamp(at.x) * width},${clamp(at.y) * height}`;
    if (mid === undefined) { points[corner] = moved; } else { points.splice(mid + 1, 0, moved); }
    shapeOf(place).setAttribute('points', points.join(' '));
  }

  async function drop() {
    const { place, corner, mid, from, at } = drag;
    drag = null;
    if (corner !== undefined) { await ask('Corner', place, corner, clamp(at.x), clamp(at.y)); } else if (mid !== undefined) { await ask('Split', place, mid, clamp(at.x), clamp(at.y)); } else { await ask('Shift', place, at.x - from.x, at.y - from.y); }
    svg.querySelectorAll('[transform]').forEach(part => part.removeAttribute('transform'));
  }

  const number = text => text === undefined ? undefined : Number(text);
  const on = (name, listener) => svg.addEventListener(name, listener, { signal: ended.signal });

  on('pointerdown', event => {
    const target = event.target.closest('[data-place]');
    if (!target || event.button !== 0) { return; }
    event.preventDefault();
    target.focus();
    const place = Number(target.dataset.place);
    const from = share(event);
    drag = { target, place, corner: number(target.dataset.corner), mid: number(target.dataset.mid), from, at: from, moved: false, points: shapeOf(place).getAttribute('points').split(' ') };
    svg.setPointerCapture(event.pointerId);
  });
  on('pointermove', event => {
    if (!drag) { return; }
    drag.at = share(event);
    drag.moved ||= Math.hypot(drag.at.x - drag.from.x, drag.at.y - drag.from.y) > 0.004;
    if (drag.moved) { draw(); }
  });
  on('pointerup', () => {
    if (drag?.moved) { drop(); } else if (drag?.mid !== undefined) { const { place, mid, target } = drag; drag = null; ask('Split', place, mid, Number(target.dataset.x), Number(target.dataset.y)); } else { drag = null; }
  });
  on('pointercancel', () => { if (drag) { drag.at = drag.from; if (drag.moved) { draw(); } drag = null; } });
  on('focusin', event => {
    const target = event.target.closest('[data-place]');
    if (target && target.tagName !== 'circle') { ask('Select', Number(target.dataset.place)); }
  });
  on('keydown', event => {
    const target = event.target.closest('[data-place]');
    const { place, corner, mid, x, y } = target?.dataset ?? {};
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
      ask('Undo', event.shiftKey);
    } else if (target && arrows[event.key] && mid === undefined) {
      const [right, down] = arrows[event.key].map(way => way * (event.shiftKey ? LARGE_STEP : STEP));
      if (corner === undefined) { ask('Shift', Number(place), right, down); } else { ask('Corner', Number(place), Number(corner), clamp(Number(x) + right), clamp(Number(y) + down)); }
    } else if (target && (event.key === 'Delete' || event.key === 'Backspace') && mid === undefined) {
      ask('Remove', Number(place), corner === undefined ? -1 : Number(corner));
    } else if (mid !== undefined && (event.key === 'Enter' || event.key === ' ')) {
      ask('Split', Number(place), Number(mid), Number(x), Number(y));
    } else {
      return;
    }
    event.preventDefault();
  });
  return { close: () => ended.abort() };
}
