// Sends a zip of labels and says what came of it.
export function listen(form) {
  const result = form.querySelector('[data-part="result"]');
  const button = form.querySelector('button');
  const say = (...lines) => result.replaceChildren(...lines.map(text => Object.assign(document.createElement('p'), { textContent: text })));
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const [device, camera] = form.elements.camera.value.split('/');
    const query = new URLSearchParams({ format: form.elements.format.value, ...(device && { device, camera }) });
    button.disabled = true;
    say('Sending…');
    try {
      const answer = await fetch(`/api/v1/label-files?${query}`, { method: 'POST', body: form.elements.zip.files[0], headers: { 'X-Fleet-Page': '1', 'Content-Type': 'application/zip' } });
      const body = await answer.json();
      if (answer.ok) {
        say(`${body.labelled} frames labelled with ${body.boxes} boxes, ${body.added} pictures added.`, ...(body.findings > 0 ? [`${body.findings} not taken:`] : []), ...body.texts);
      } else { say(`${body.title}. ${body.detail ?? ''}`); }
    } catch { say('The server cannot be reached, or the file cannot be read. Nothing was changed that it had not taken; send it again.'); }
    button.disabled = false;
  });
}
