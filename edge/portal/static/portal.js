// What pages gain where scripts run; everything works without.
'use strict';
(() => {
  document.documentElement.classList.add('js');

  // A second click on a button that is already on its way does nothing; the server would not mind either.
  document.addEventListener('submit', (e) => {
    const form = e.target;
    if ('keeps' in form.dataset) return; // a download: the page stays, and may ask again
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = '1';
    const button = e.submitter;
    if (button) button.setAttribute('aria-busy', 'true');
  });
  // Back from the history: the form may be sent again.
  addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
    for (const b of document.querySelectorAll('[aria-busy="true"]')) b.removeAttribute('aria-busy');
  });

  const copy = async (text) => {
    try { await navigator.clipboard.writeText(text); } catch {
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
  };
  for (const b of document.querySelectorAll('button[data-copy]')) {
    const word = b.textContent;
    b.hidden = false;
    b.addEventListener('click', async () => {
      await copy(b.dataset.copy);
      b.textContent = b.dataset.done;
      setTimeout(() => { b.textContent = word; }, 1600);
    });
  }

  for (const b of document.querySelectorAll('button[data-show]')) {
    const field = document.getElementById(b.dataset.show);
    b.hidden = false;
    b.addEventListener('click', () => {
      const shown = field.type === 'text';
      field.type = shown ? 'password' : 'text';
      b.textContent = shown ? b.dataset.off : b.dataset.on;
      b.setAttribute('aria-pressed', String(!shown));
    });
  }

  for (const b of document.querySelectorAll('button[data-print]')) {
    b.hidden = false;
    b.addEventListener('click', () => print());
  }

  // Lists: an order that is chosen is asked for at once; what is ticked is counted.
  for (const field of document.querySelectorAll('[data-send]')) {
    field.addEventListener('change', () => field.form.requestSubmit());
  }
  // An address keeps only what was typed.
  for (const form of document.querySelectorAll('form[data-filter]')) {
    form.addEventListener('formdata', (e) => {
      for (const [name, value] of [...e.formData]) if (value === '') e.formData.delete(name);
    });
  }
  const several = document.querySelector('form[data-several]');
  if (several) {
    const name = several.getAttribute('id'); // .id is a field of that name
    const ticks = [...document.querySelectorAll(`input[name="id"][form="${name}"]`)];
    const text = several.querySelector('[data-chosen]');
    const all = document.querySelector('[data-all]');
    const count = () => {
      const n = ticks.filter((t) => t.checked).length;
      text.hidden = false;
      text.textContent = (n === 0 ? text.dataset.none : n === 1 ? text.dataset.one : text.dataset.many).replace('#', n);
      for (const b of several.querySelectorAll('[data-needs-chosen]')) b.disabled = n === 0;
      if (all) {
        const box = all.querySelector('input');
        box.checked = n === ticks.length;
        box.indeterminate = n > 0 && n < ticks.length;
      }
    };
    for (const t of ticks) t.addEventListener('change', count);
    if (all) {
      all.hidden = false;
      all.querySelector('input').addEventListener('change', (e) => { for (const t of ticks) t.checked = e.target.checked; count(); });
    }
    addEventListener('pageshow', count);
    count();
  }

  // On a telephone the part one is in stands in sight.
  const here = document.querySelector('.tabs [aria-current]');
  if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;

  // A payment that waits for an answer is looked at again by itself.
  const again = document.querySelector('[data-again]');
  if (again) setTimeout(() => location.reload(), Number(again.dataset.again));
})();
