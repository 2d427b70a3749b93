// Which key does what. A key is written as ctrl+, alt+, shift+ and its name, in that order.
export const ACTIONS = {
  done: 'Done, next frame', next: 'Next frame', back: 'Frame before', skip: 'Skip for now', discard: 'Discard the frame',
  acceptAll: 'Accept all proposals', accept: 'Accept one, go to the next proposal', draw: 'Draw a box, even over another (Enter: in the middle)', remove: 'Delete the box', release: 'Let go',
  cycle: 'Next box', cycleBack: 'Box before', duplicate: 'Duplicate the box', copy: 'Copy the boxes of the frame before', undo: 'Undo', redo: 'Redo',
  extreme: 'Four extreme points', points: 'Points', classOnly: 'Class of the whole frame', hide: 'Hide names', hideBoxes: 'Hide boxes while held',
  fit: 'Whole picture', zoomIn: 'Nearer', zoomOut: 'Farther', brighter: 'Brighter', darker: 'Darker', sendBack: 'Return to its labeller (review)', help: 'Keys',
};

const shared = {
  tab: 'cycle', 'shift+tab': 'cycleBack', delete: 'remove', backspace: 'remove', escape: 'release', 'ctrl+z': 'undo', 'ctrl+y': 'redo', 'ctrl+shift+z': 'redo',
  enter: 'accept', 'ctrl+d': 'duplicate', 'ctrl+b': 'copy', '?': 'help', f1: 'help', '0': 'fit', '+': 'zoomIn', '=': 'zoomIn', '-': 'zoomOut', ']': 'brighter', '[': 'darker',
  e: 'extreme', p: 'points', c: 'classOnly', h: 'hide', s: 'acceptAll', k: 'skip', x: 'discard', r: 'sendBack', q: 'hideBoxes',
};

export const PRESETS = {
  fleet: { ...shared, ' ': 'done', w: 'draw', n: 'draw', d: 'next', f: 'next', a: 'back' },
  labelimg: { ...shared, ' ': 'done', w: 'draw', d: 'next', a: 'back', 'ctrl+v': 'copy', 'ctrl+s': 'done' },
  cvat: { ...shared, ' ': 'done', n: 'draw', f: 'next', d: 'back', 'ctrl+s': 'done', 'shift+n': 'draw' },
};

export function nameOf(event) {
  const name = event.key.toLowerCase();
  // a sign such as ? says by itself that shift was held
  const shift = event.shiftKey && (name.length > 1 || /[a-z]/.test(name)) ? 'shift+' : '';
  return `${event.ctrlKey || event.metaKey ? 'ctrl+' : ''}${event.altKey ? 'alt+' : ''}${shift}${name}`;
}

const ARROWS = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] };

/** What a key event asks for: {action}, {classify}, {nudge} or {grow}; null for nothing. */
export function read(event, preset) {
  const name = nameOf(event);
  const bare = event.key.toLowerCase();
  if (ARROWS[bare] && !event.altKey) {
    const step = event.ctrlKey || event.metaKey ? 10 : 1;
    return { [event.shiftKey ? 'grow' : 'nudge']: ARROWS[bare].map(v => v * step) };
  }
  if (/^(ctrl\+)?[1-9]$/.test(name) && (preset === 'cvat' || name.length === 1)) { return { classify: Number(name.at(-1)) - 1 }; }
  const action = PRESETS[preset][name];
  return action ? { action } : null;
}

/** Keys of an action, as written in the help. */
export const keysOf = (action, preset) => Object.entries(PRESETS[preset]).filter(([, a]) => a === action)
  .map(([k]) => k === ' ' ? 'Space' : k.split('+').map(p => p === '' ? '+' : p.length === 1 ? p.toUpperCase() : p[0].toUpperCase() + p.slice(1)).join('+'));
