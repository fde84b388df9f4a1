// The page of a quote, where scripts run: totals follow what is ticked, a pad takes a drawn signature.
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

  const pad = form.querySelector('[data-pad]');
  const canvas = pad.querySelector('canvas');
  const field = pad.querySelector('input[name="signature"]');
  const pen = canvas.getContext('2d');
  pad.hidden = false;
  let drawing = false;
  let drawn = false;
  const at = (e) => {
    const box = canvas.getBoundingClientRect();
    return [(e.clientX - box.left) * canvas.width / box.width, (e.clientY - box.top) * canvas.height / box.height];
  };
  canvas.addEventListener('pointerdown', (e) => {
    drawing = true;
    canvas.setPointerCapture(e.pointerId);
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = 'round';
    pen.strokeStyle = '#111';
    pen.beginPath();
    pen.moveTo(...at(e));
    e.preventDefault();
  });
  canvas.addEventListener('pointermove', (e) => {
    if (!drawing) return;
    drawn = true;
    pen.lineTo(...at(e));
    pen.stroke();
  });
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { drawing = false; });
  pad.querySelector('[data-pad-clear]').addEventListener('click', () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    drawn = false;
  });
  form.addEventListener('submit', () => { field.value = drawn ? canvas.toDataURL('image/png') : ''; });
})();
