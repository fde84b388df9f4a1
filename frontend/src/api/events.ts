// Notices from Go: by the Wails runtime in the window, by server-sent events in a browser.
type Handler = (data: unknown) => void;
type Runtime = { EventsOnMultiple(name: string, fn: (...d: unknown[]) => void, max: number): () => void };

const handlers = new Map<string, Set<Handler>>();
const fire = (name: string, data: unknown) => handlers.get(name)?.forEach((h) => h(data));
const bridged = new Set<string>();
let source: EventSource | undefined;

const runtime = (): Runtime | undefined => (window as unknown as { runtime?: Runtime }).runtime;

function openSource() {
  if (source) return;
  source = new EventSource('/events');
  let lost = false;
  source.onmessage = (e) => {
    const { name, data } = JSON.parse(e.data) as { name: string; data?: unknown[] };
    fire(name, data?.[0]);
  };
  source.onerror = () => {
    lost = true;
    fire('connection', false);
    // Refused for good, as when the session has ended: whoever listens asks why.
    if (source?.readyState === EventSource.CLOSED) { source = undefined; fire('shut', undefined); }
  };
  // Whatever happened while the stream was broken is unknown: everything is asked again.
  source.onopen = () => { if (lost) { lost = false; fire('connection', true); fire('changed', { topics: ['*'] }); } };
}

// A machine that slept wakes with a stream that looks open and may be dead: it is opened anew, and everything asked again.
let beat = Date.now();
setInterval(() => {
  const slept = Date.now() - beat > 90_000;
  beat = Date.now();
  if (!slept) return;
  if (source) { source.close(); source = undefined; openSource(); }
  fire('connection', true);
  fire('changed', { topics: ['*'] });
}, 15_000);

/** Opens the stream again after it was refused: somebody has signed in. */
export function reopen() {
  if (runtime() || source) return;
  openSource();
  fire('connection', true);
}

export function on(name: string, handler: Handler): () => void {
  const set = handlers.get(name) ?? new Set();
  handlers.set(name, set);
  set.add(handler);
  const rt = runtime();
  if (!rt) openSource();
  else if (!bridged.has(name)) {
    bridged.add(name);
    rt.EventsOnMultiple(name, (...data) => fire(name, data[0]), -1);
  }
  return () => { set.delete(handler); };
}
