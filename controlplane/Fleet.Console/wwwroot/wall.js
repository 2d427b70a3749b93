// Tells the page how many pictures fit beside each other, so that it draws only the rows that are seen.
const gapPx = 14;

export function watch(wall, page) {
  let told = 0;
  const tell = () => {
    const width = wall.clientWidth;
    const columns = Math.max(1, Math.floor((width + gapPx) / ((width < 600 ? 150 : 230) + gapPx)));
    if (columns !== told) {
      told = columns;
      page.invokeMethodAsync('FitAsync', columns);
    }
  };
  const observer = new ResizeObserver(tell);
  observer.observe(wall);
  tell();
  return { stop: () => observer.disconnect() };
}
