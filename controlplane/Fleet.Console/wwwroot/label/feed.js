// Which frame is on the page, which one comes next, and the leases on both.
import * as api from './api.js';

const RENEW_MS = 60000;

/** told(problem) hears what went wrong in the background. */
export class Feed {
  constructor(told) {
    Object.assign(this, { told, filter: {}, ahead: null, held: new Set(), past: [] });
    this.timer = setInterval(() => this.renew(), RENEW_MS);
  }

  /** Asks for the following frame and its picture, so that it is there when it is wanted. */
  prefetch() {
    this.ahead ??= this.load(() => api.next(this.filter)).catch(problem => { this.told(problem); return { problem }; });
    return this.ahead;
  }

  async load(ask) {
    const task = await ask();
    if (!task) { return null; }
    const { digest } = task.sample.frame;
    this.held.add(digest);
    return { task, digest, picture: await api.picture(digest) };
  }

  /** The next frame; null when none is left. */
  async next() {
    const ahead = this.ahead && await this.ahead;
    this.ahead = null;
    return ahead?.task ? ahead : this.load(() => api.next(this.filter));
  }

  /** A frame by name, held by this person from now on. */
  open(digest) { return this.load(() => api.hold(digest)); }

  leave(digest) {
    this.held.delete(digest);
    return api.giveBack(digest).catch(() => { /* the lease ends by itself */ });
  }

  /** Another filter or kind of work: what was fetched ahead goes back. */
  async choose(filter) {
    const ahead = this.ahead;
    this.ahead = null;
    this.filter = filter;
    const frame = ahead && await ahead;
    if (frame?.digest) { await this.leave(frame.digest); }
  }

  renew() {
    for (const digest of this.held) { api.hold(digest).catch(problem => { if (!problem.passes) { this.held.delete(digest); this.told(problem); } }); }
  }

  /** When the page is left; the requests outlive it. */
  close() {
    clearInterval(this.timer);
    for (const digest of this.held) { this.leave(digest); }
  }
}
