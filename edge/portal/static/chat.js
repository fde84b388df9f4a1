// Conversations: live where scripts run. What is typed is kept in this browser until the portal has it.
'use strict';
(() => {
  const store = {
    get: (k) => { try { return localStorage.getItem(k); } catch { return null; } },
    set: (k, v) => { try { if (v) localStorage.setItem(k, v); else localStorage.removeItem(k); } catch { /* a private window keeps nothing */ } },
  };
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');

  // Drafts: typed text comes back after a reload, a lost line, a lost session or a closed tab. One that was sent goes when
  // the page says that it arrived.
  const leaving = 'chat-draft-sent';
  if (/[?&]fait=envoye/.test(location.search) && store.get(leaving)) {
    for (const name of store.get(leaving).split('\n')) store.set(name, '');
    store.set(leaving, '');
  }
  for (const form of document.querySelectorAll('form[data-draft]')) {
    const names = [];
    for (const field of form.querySelectorAll('textarea, input[type=text]')) {
      const name = 'chat-draft:' + form.dataset.draft + (field.tagName === 'INPUT' ? ':' + field.name : '');
      const kept = store.get(name);
      if (kept && field.value === '') field.value = kept;
      field.addEventListener('input', () => store.set(name, field.value));
      field.addEventListener('keydown', (e) => {
        if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); form.requestSubmit(); }
      });
      names.push(name);
    }
    if (!('say' in form.dataset)) form.addEventListener('submit', () => store.set(leaving, names.join('\n')));
  }

  const badge = document.querySelector('.tabs [data-unread]');
  const unread = (n) => {
    if (!badge) return;
    badge.hidden = n === 0;
    badge.firstElementChild.textContent = String(n);
    badge.lastElementChild.textContent = badge.dataset.unread.replace('#', n);
  };

  const log = document.querySelector('[data-chat]');
  const box = log && log.parentElement;
  const list = document.querySelector('[data-chats]');
  if (!log && !list) return;

  const parse = (html) => new DOMParser().parseFromString(html, 'text/html');
  let busy = false;
  let again = false;

  // The list is fetched anew; a conversation only what is new in it.
  const look = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      if (log) await since();
      else if (location.search === '') {
        const r = await fetch('/chat', { headers: { 'X-Fragment': '0' } });
        const fresh = r.ok && parse(await r.text()).querySelector('[data-chats]');
        if (fresh) list.replaceChildren(...fresh.childNodes);
      }
    } catch { /* the line is dead: the next notice asks again */ }
    busy = false;
    if (again) { again = false; look(); }
  };

  const live = document.querySelector('[data-live]');
  const say = document.querySelector('form[data-say]');
  const id = log && log.dataset.chat;
  const own = say && say.dataset.draft; // of this conversation and of whoever is signed in
  const shown = () => [...log.querySelectorAll('[data-seq]')].reduce((n, l) => Math.max(n, Number(l.dataset.seq)), 0);
  const tell = (word) => { if (live) { live.hidden = !word; live.textContent = word; } };

  const add = (html) => {
    const fresh = parse('<ol>' + html + '</ol>').querySelector('ol');
    const low = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
    const last = shown();
    for (const line of [...fresh.children]) {
      if (line.dataset.read !== undefined) {
        for (const l of log.querySelectorAll('[data-seq]')) {
          const seen = l.querySelector('[data-seen]');
          if (seen) seen.hidden = Number(l.dataset.seq) > Number(line.dataset.read);
        }
        continue;
      }
      if (Number(line.dataset.seq) > last) log.insertBefore(line, log.querySelector('[data-pending]'));
    }
    if (low) box.scrollTop = box.scrollHeight;
  };
  const since = async () => {
    const r = await fetch(`/chat/${id}/suite?apres=${shown()}`, { headers: { 'X-Fragment': '1' } });
    if (r.redirected || r.status === 401 || r.status === 403 || r.status === 404) { location.reload(); return; }
    if (r.ok) add(await r.text());
  };

  // Messages on their way: kept under their key until the portal has acknowledged them, sent again under the same
  // key, so that a message whose acknowledgement was lost is one message.
  const waits = 'chat-waits:' + own;
  const pending = () => { try { return JSON.parse(store.get(waits)) || []; } catch { return []; } };
  let memory = null; // where nothing can be stored; else another tab's messages count too
  const keep = (all) => {
    const words = all.length ? JSON.stringify(all) : '';
    store.set(waits, words);
    memory = (store.get(waits) || '') === words ? null : all;
  };
  const waiting = () => memory || pending();
  const draw = () => {
    for (const l of log.querySelectorAll('[data-pending]')) l.remove();
    for (const m of waiting()) {
      const line = document.createElement('li');
      const words = document.createElement('p');
      const state = document.createElement('p');
      line.dataset.pending = m.key;
      line.dataset.mine = '';
      words.className = 'body';
      words.textContent = m.text;
      state.className = 'seen';
      state.textContent = live.dataset.sending;
      line.append(words, state);
      log.append(line);
    }
    box.scrollTop = box.scrollHeight;
  };
  let sending = false;
  let pause = 1000;
  const send = async () => {
    if (sending) return;
    sending = true;
    while (waiting().length) {
      const m = waiting()[0];
      let r;
      try {
        r = await fetch(`/chat/${id}?apres=${shown()}`, { method: 'POST', headers: { 'X-Fragment': '1' }, body: new URLSearchParams({ cle: m.key, message: m.text }) });
      } catch { r = null; }
      if (!r || r.status >= 500 || r.status === 429) { // the line or the portal sleeps
        tell(live.dataset.waits);
        setTimeout(send, pause);
        pause = Math.min(pause * 2, 15000);
        break;
      }
      pause = 1000;
      if (r.redirected) { location.reload(); break; } // to sign in: the message waits here
      keep(waiting().filter((x) => x.key !== m.key));
      if (r.ok) { tell(''); draw(); add(await r.text()); continue; }
      const field = say.querySelector('textarea'); // refused: what was typed comes back
      field.value = m.text + (field.value ? '\n' + field.value : '');
      store.set('chat-draft:' + own, field.value);
      draw();
      tell(r.status === 422 ? await r.text() : live.dataset.away);
    }
    sending = false;
  };
  if (say) {
    if (pending().length) { draw(); send(); }
    say.addEventListener('submit', (e) => {
      const field = say.querySelector('textarea');
      e.preventDefault();
      e.stopImmediatePropagation();
      if (field.value.trim() === '') return;
      keep([...waiting(), { key: newKey(), text: field.value }]);
      field.value = '';
      store.set('chat-draft:' + own, '');
      draw();
      send();
    }, true);
  }
  if (log) box.scrollTop = box.scrollHeight;

  // One notice wakes the page; it asks for what it lacks, however long it slept.
  let source;
  const listen = () => {
    if (source) source.close();
    source = new EventSource('/chat/flux');
    source.addEventListener('chat', (e) => { unread(Number(e.data)); if (!sending) tell(''); look(); });
    source.onerror = () => {
      if (live && live.textContent === '') tell(live.dataset.away);
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 10000);
    };
  };
  listen();
  let beat = Date.now(); // a machine that slept wakes with a dead line that looks open
  setInterval(() => {
    const slept = Date.now() - beat > 90000;
    beat = Date.now();
    if (slept) { listen(); look(); if (say) send(); }
  }, 15000);
  addEventListener('online', () => { pause = 1000; listen(); if (say) send(); });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') { look(); if (say) send(); } });
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', (e) => { if (e.persisted) { listen(); look(); } });
})();
