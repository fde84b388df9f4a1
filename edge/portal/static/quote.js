// The page of a quote, where scripts run: totals follow what is ticked.
'use strict';
(() => {
  const form = document.querySelector('form[data-quote]');
  if (!form) return;

  const ticks = [...document.querySelectorAll('input[data-option]')];
  let asked = 0;
  const recount = async () => {
    const mine = ++asked;
    const words = ticks.filter((t) => t.checked).map((t) => 'option=' + t.value).join('&');
    try {
      const answer = await fetch(location.pathname + '?' + words, { headers: { Accept: 'text/html' } });
      if (!answer.ok || mine !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const old of document.querySelectorAll('[data-fresh]')) {
        const fresh = page.querySelector('[data-fresh="' + old.dataset.fresh + '"]');
        if (fresh) old.replaceChildren(...fresh.childNodes);
      }
    } catch { /* the button stays */ }
  };
  for (const t of ticks) {
    t.addEventListener('change', () => {
      t.closest('tr').classList.toggle('left-out', !t.checked);
      recount();
    });
  }
})();
