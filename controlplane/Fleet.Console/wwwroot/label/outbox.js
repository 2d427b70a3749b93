// What is not yet on the server waits in this browser's storage: drafts by frame, and finished labels in their order.
const DRAFT = 'fleet-label-draft:';
const QUEUE = 'fleet-label-queue';
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

/** storage is a Storage; send(entry) rejects with a Problem; told(state, detail) hears saved, saving, offline or refused. */
export class Outbox {
  constructor(storage, send, told) {
    Object.assign(this, { storage, send, told, wait: FIRST_WAIT_MS, running: null, timer: 0 });
  }

  draft(digest) { return this.read(DRAFT + digest); }

  keepDraft(digest, draft) { this.write(DRAFT + digest, draft); }

  dropDraft(digest) { this.storage.removeItem(DRAFT + digest); }

  waiting() { return this.read(QUEUE) ?? []; }

  isWaiting(digest) { return this.waiting().some(e => e.digest === digest); }

  /** A frame that is finished twice before the first arrived is sent once, as it was last. */
  add(entry) {
    this.write(QUEUE, [...this.waiting().filter(e => e.digest !== entry.digest), entry]);
    this.dropDraft(entry.digest);
    return this.flush();
  }

  flush() {
    this.running ??= this.sendAll().finally(() => { this.running = null; });
    return this.running;
  }

  async sendAll() {
    clearTimeout(this.timer);
    for (let entry; (entry = this.waiting()[0]);) {
      this.told('saving');
      try {
        const sample = await this.send(entry);
        this.wait = FIRST_WAIT_MS;
        // it may have been finished again meanwhile; the newer one then goes on from what the server has now
        this.write(QUEUE, this.waiting().flatMap(e => e.digest !== entry.digest ? [e] : e.at === entry.at ? [] : [{ ...e, etag: sample.eTag }]));
        this.arrived?.(entry, sample);
      } catch (problem) {
        if (problem.passes) { this.later(problem); return; }
        this.refuse(entry, problem);
      }
    }
    this.told('saved');
  }

  later(problem) {
    this.told('offline', problem.message);
    this.timer = setTimeout(() => this.flush(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  // boxes that the server does not take stay in this browser as the frame's draft
  refuse(entry, problem) {
    this.write(QUEUE, this.waiting().filter(e => e.digest !== entry.digest));
    if (entry.boxes) { this.keepDraft(entry.digest, { boxes: entry.boxes, etag: null }); }
    this.told('refused', problem.message, entry.digest);
  }

  close() { clearTimeout(this.timer); }

  read(key) {
    try { return JSON.parse(this.storage.getItem(key)); } catch { return null; }
  }

  write(key, value) {
    try { this.storage.setItem(key, JSON.stringify(value)); } catch { this.told('full', 'This browser keeps no more drafts; what is finished is still sent.'); }
  }
}
