// Runs before the first paint, so that no page flashes in the wrong colours.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const read = () => { try { return localStorage.getItem('fleet-theme'); } catch { return null; } };
  const apply = () => { document.documentElement.dataset.theme = read() ?? (dark.matches ? 'dark' : 'light'); };
  dark.addEventListener('change', apply);
  apply();
  window.fleetConsole = {
    toggleTheme() {
      const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
      // choosing what the system has means following the system again
      try {
        if (next === (dark.matches ? 'dark' : 'light')) { localStorage.removeItem('fleet-theme'); } else { localStorage.setItem('fleet-theme', next); }
      } catch { /* private mode: it lasts for this page */ }
      document.documentElement.dataset.theme = next;
    },
    // views of the list of devices that somebody kept in this browser
    views() { try { return JSON.parse(localStorage.getItem('fleet-views') ?? '[]'); } catch { return []; } },
    keepViews(views) { try { localStorage.setItem('fleet-views', JSON.stringify(views)); } catch { /* private mode: they last for this page */ } },
    // whether the overview goes without its hint at the first steps
    guideHidden() { try { return localStorage.getItem('fleet-guide') === 'hidden'; } catch { return false; } },
    hideGuide() { try { localStorage.setItem('fleet-guide', 'hidden'); } catch { /* private mode: it lasts for this page */ } },
    async copy(text) {
      try { await navigator.clipboard.writeText(text); return true; } catch { /* no clipboard on plain HTTP */ }
      const area = Object.assign(document.createElement('textarea'), { value: text });
      (document.querySelector('.mud-dialog') ?? document.body).append(area);
      area.select();
      const done = document.execCommand('copy');
      area.remove();
      return done;
    },
  };
  document.addEventListener('click', e => { if (e.target.closest?.('[data-toggle-theme]')) { window.fleetConsole.toggleTheme(); } });
})();
