// What pages gain where scripts run; everything works without.
'use strict';
(() => {
  document.documentElement.classList.add('js');

  // A second click on a button that is already on its way does nothing; the server would not mind either.
  document.addEventListener('submit', (e) => {
    const form = e.target;
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

  // A payment that waits for an answer is looked at again by itself.
  const again = document.querySelector('[data-again]');
  if (again) setTimeout(() => location.reload(), Number(again.dataset.again));
})();
