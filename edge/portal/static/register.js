// The tax number of a request for access: delimiters come by themselves, and what does not fit is told
// while somebody types. The server checks again.
'use strict';
(() => {
  const field = document.querySelector('input[data-mask]');
  if (!field) return;
  const mask = [...field.dataset.mask];
  const said = document.getElementById('numero-dit');
  const refused = said.textContent; // by the server, of what is still there
  const before = field.value;
  const fits = { n: /[0-9]/, a: /[A-Za-z]/, x: /[0-9A-Za-z]/ };
  const places = mask.filter((m) => /[0-9A-Za-z]/.test(m)).length;
  // fit writes what was typed in the mask: with what stands between up to where somebody types.
  const fit = (typed) => {
    const left = [...typed].filter((c) => /[0-9A-Za-z]/.test(c));
    const whole = left.length === places;
    let out = '';
    for (const m of mask) {
      if (!left.length && !whole) break;
      if (!/[0-9A-Za-z]/.test(m)) { out += m; continue; }
      const c = left.shift();
      if (fits[m] ? !fits[m].test(c) : c.toUpperCase() !== m.toUpperCase()) return { out: typed, whole: false, wrong: true };
      out += c.toUpperCase();
    }
    return { out: left.length ? typed : out, whole, wrong: left.length > 0 };
  };
  const look = (typing, leaving) => {
    const r = fit(field.value);
    if (typing && !r.wrong && field.selectionStart === field.value.length) field.value = r.out;
    const stands = refused !== '' && field.value === before;
    const bad = stands || r.wrong || (leaving && field.value !== '' && !r.whole);
    if (bad) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
    const words = bad ? (stands && refused) || said.dataset.shape : '';
    if (said.textContent !== words) said.textContent = words;
  };
  field.addEventListener('input', (e) => look(!(e.inputType || '').startsWith('delete'), false));
  field.addEventListener('blur', () => look(true, true));
})();
