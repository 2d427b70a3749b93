// The operator API with the session's cookie; the header tells the server that this page calls, and no form of another site.
const ROOT = '/api/v1';
const HEADERS = { 'X-Fleet-Page': '1', 'Content-Type': 'application/json' };

export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? body?.title ?? `The server answered ${status}.`);
    Object.assign(this, { status, code: body?.code ?? 'server.unexpected' });
  }

  /** Trying again later may help. */
  get passes() { return this.status === 0 || this.status === 429 || this.status >= 500; }
}

async function call(method, path, body, more = {}) {
  let answer;
  try {
    answer = await fetch(ROOT + path, { method, body: body === undefined ? undefined : JSON.stringify(body), ...more, headers: { ...HEADERS, ...more.headers } });
  } catch {
    throw new Problem(0, { detail: 'The server cannot be reached.', code: 'server.busy' });
  }
  if (answer.status === 204) { return null; }
  const json = answer.headers.get('Content-Type')?.includes('json') ? await answer.json() : null;
  if (!answer.ok) { throw new Problem(answer.status, json); }
  return json;
}

const query = filter => new URLSearchParams(Object.entries(filter).filter(([k, v]) => v && ['device', 'camera', 'model'].includes(k))).toString();

export const next = request => call('POST', '/labelling/next', request);
export const hold = (digest, draft) => call('PUT', `/labelling/${digest}/lease`, draft ? { draft } : {});
export const giveBack = digest => call('DELETE', `/labelling/${digest}/lease`, undefined, { keepalive: true });
export const skip = digest => call('POST', `/labelling/${digest}/skip`);
export const takeBackSkips = () => call('DELETE', '/labelling/skips');
export const earlier = digest => call('GET', `/labelling/${digest}/earlier`);
export const counts = filter => call('GET', `/labelling/counts?${query(filter)}`);
export const agreement = () => call('GET', '/labelling/agreement');
export const label = (digest, etag, state, boxes) => call('PUT', `/samples/${digest}/label`, { state, boxes }, { headers: { 'If-Match': etag } });
export const review = (digest, etag, verdict) => call('POST', `/labelling/${digest}/review`, verdict, { headers: { 'If-Match': etag } });
export const devices = () => call('GET', '/devices?limit=500');

export async function picture(digest) {
  const answer = await fetch(`${ROOT}/samples/${digest}/picture`);
  if (!answer.ok) { throw new Problem(answer.status, { detail: 'The picture of this frame cannot be read.' }); }
  return createImageBitmap(await answer.blob());
}
