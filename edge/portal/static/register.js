// The tax number of a request for access: delimiters come by themselves, and what does not fit is told
// while somebody types. The server checks again.
'use strict';
(() => {
  const field = document.querySelector('input[data-mask]');
  if (!field) return;
  const mask = [...field.dataset.mask];
  const said = document.getElementById('numero-forme');
  const fits = { n: /[0-9]/, a: /[A-Za-z]/, x: /[0-9A-Za-z]/ };
  const fit = (typed) => {
    const left = [...typed].filter((c) => /[0-9A-Za-z]/.test(c));
    let out = '';
    for (const m of mask) {
      if (!left.length) return { out, whole: false, wrong: false };
      const literal = /[0-9A-Za-z]/.test(m) && !fits[m];
      if (!fits[m] && !literal) { out += m; continue; }
      const c = left.shift();
      if (literal ? c.toUpperCase() !== m.toUpperCase() : !fits[m].test(c)) return { out: typed, whole: false, wrong: true };
      out += c.toUpperCase();
    }
    return { out: left.length ? typed : out, whole: !left.length, wrong: left.length > 0 };
  };
  const look = (end) => {
    const r = fit(field.value);
    const atEnd = field.selectionStart === field.value.length;
    if (!r.wrong && atEnd && !end) field.value = r.out;
    const bad = r.wrong || (end && field.value !== '' && !r.whole);
    field.setAttribute('aria-invalid', String(bad));
    if (said) said.hidden = !bad;
  };
  field.addEventListener('input', (e) => look((e.inputType || '').startsWith('delete')));
  field.addEventListener('blur', () => look(true));
})();
