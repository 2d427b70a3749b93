// Keys of the whole page: which of them are the page's and which are a button's, a field's or the browser's own.
import { read } from './keys.js';
import { chosenBox } from './state.js';

const TAP_MS = 400;

/** Gives a page its keys until signal ends. */
export function listen(page, signal) {
  const keyboard = new Keyboard(page);
  document.addEventListener('keydown', e => keyboard.down(e), { signal });
  document.addEventListener('keyup', e => keyboard.up(e), { signal });
}

class Keyboard {
  constructor(page) { this.page = page; this.spaceAt = 0; }

  get onCanvas() { return document.activeElement === this.page.canvas; }

  isOthers(event) {
    const on = event.target.closest?.bind(event.target) ?? (() => null);
    const typing = on('input:not([type=range]), textarea, select, [role=dialog], .mud-dialog');
    const pressed = !this.onCanvas && on('button, a, summary, input') && ['Enter', ' ', 'Tab'].includes(event.key);
    return typing || pressed || this.page.panel.busy || (event.target.type === 'range' && event.key.startsWith('Arrow'));
  }

  down(event) {
    const { page } = this;
    if (this.isOthers(event)) { return; }
    if (event.key === ' ') {
      event.preventDefault();
      if (!event.repeat) { this.spaceAt = event.timeStamp; page.pointer.pan(true); }
      return;
    }
    const meant = read(event, page.panel.preset);
    if (!meant || (meant.action?.startsWith('cycle') && (!this.onCanvas || this.leavesBy(meant.action)))) { return; }
    event.preventDefault();
    if (meant.action) { page.act(meant.action); return; }
    if (!event.repeat) { page.acted(); }
    this.change(meant, chosenBox(page.state)?.id);
  }

  change({ nudge, grow, classify }, id) {
    if (nudge) { this.page.run({ do: 'move', dx: nudge[0], dy: nudge[1], gesture: `nudge ${id}` }); }
    if (grow) { this.page.run({ do: 'resize', handle: 'se', dx: grow[0], dy: grow[1], gesture: `grow ${id}` }); }
    if (classify !== undefined) { this.page.run({ do: 'classify', index: classify }); }
  }

  // past the last box Tab goes on through the page, so that the keyboard is never caught
  leavesBy(action) {
    const { boxes, chosen } = this.page.state;
    const end = action === 'cycle' ? boxes.at(-1) : boxes[0];
    if (end && end.id !== chosen) { return false; }
    this.page.run({ do: 'choose', id: null });
    return true;
  }

  // Space is done, unless it was held to move the picture and the hand had begun to
  up(event) {
    const { page } = this;
    if (event.key.toLowerCase() === 'q' && !page.view.style.boxes) { page.view.style.boxes = true; page.redraw(); }
    if (event.key !== ' ' || !page.pointer.panning) { return; }
    const { panned, stirred } = page.pointer;
    page.pointer.pan(false);
    if (!panned && (!stirred || event.timeStamp - this.spaceAt < TAP_MS)) { page.act('done'); }
  }
}
