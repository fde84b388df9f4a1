// Files come by plain GET, under the same guard as the calls; the window's asset server answers the same paths.
import { lang } from '~/i18n';
import { ApiError, transportError } from './error';
import { sentName } from './names';
import { signedInAgain } from './session';

/** Fetches a file; what Go refuses comes back as its sentence. What the end of a session refused is fetched again once the person is back. */
export async function fetchFile(href: string, signal?: AbortSignal): Promise<Response> {
  let r = await got(href, signal);
  for (let again = 3; r.status === 401 && again > 0 && await signedInAgain(); again--) r = await got(href, signal);
  if (r.status === 401) throw transportError('session');
  if (!r.ok) throw new ApiError({ code: r.status === 404 ? 'not_found' : 'unavailable', message: (await r.text()).trim() || transportError('internal').message });
  return r;
}

async function got(href: string, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(href, { signal, headers: { 'Accept-Language': lang() } });
  } catch (e) {
    if (signal?.aborted) throw e;
    throw transportError('offline');
  }
}

const nameOf = (disposition: string | null): string => {
  const star = /filename\*=utf-8''([^;]+)/i.exec(disposition ?? '');
  if (star?.[1]) return decodeURIComponent(star[1]);
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1] ?? '';
};

/** Saves what the address answers, in the reader's language, under the name that Go gives. */
export async function download(href: string): Promise<string> {
  const r = await fetchFile(href);
  const url = URL.createObjectURL(await r.blob());
  const a = document.createElement('a');
  a.href = url;
  const name = nameOf(r.headers.get('Content-Disposition')) || href.split('/').pop()!.split('?')[0]!;
  a.download = name;
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return name;
}

/** Sends files with a few fields; what Go refuses comes back as its sentence. What the end of a session refused is sent again once the person is back. */
export async function upload<R>(href: string, fields: Record<string, string>, files: File[]): Promise<R> {
  for (let again = 3; ; again--) {
    let reply: { result: R; error?: unknown };
    try {
      const r = await fetch(href, { method: 'POST', headers: { 'Accept-Language': lang() }, body: formOf(fields, files) });
      if (r.status === 401 && again > 0 && await signedInAgain()) continue;
      if (r.status === 401) throw transportError('session');
      reply = await r.json();
    } catch (e) {
      throw e instanceof ApiError ? e : transportError('offline');
    }
    if (reply.error) throw ApiError.from(reply.error);
    return reply.result;
  }
}

function formOf(fields: Record<string, string>, files: File[]): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const f of files) form.append('file', f, sentName(f.name));
  return form;
}

type Progress = { signal?: AbortSignal; onProgress?: (sent: number) => void };

/** Sends one file with a few fields, telling how far it is; else as upload. */
export async function send<R>(href: string, fields: Record<string, string>, file: File, o: Progress = {}): Promise<R> {
  for (let again = 3; ; again--) {
    const r = await sent(href, formOf(fields, [file]), file.size, o);
    if (r.status === 401 && again > 0 && await signedInAgain()) continue;
    if (r.status === 401) throw transportError('session');
    let reply: { result: R; error?: unknown };
    try { reply = JSON.parse(r.responseText); } catch { throw transportError('internal'); }
    if (reply.error) throw ApiError.from(reply.error);
    return reply.result;
  }
}

function sent(href: string, form: FormData, size: number, o: Progress): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const r = new XMLHttpRequest(); // fetch does not tell how much has gone
    const stop = () => r.abort();
    r.open('POST', href);
    r.setRequestHeader('Accept-Language', lang());
    r.upload.onprogress = (e) => o.onProgress?.(Math.min(e.loaded, size));
    r.onload = () => resolve(r);
    r.onerror = () => reject(transportError('offline'));
    r.onabort = () => reject(new DOMException('', 'AbortError'));
    r.onloadend = () => o.signal?.removeEventListener('abort', stop);
    o.signal?.addEventListener('abort', stop);
    if (o.signal?.aborted) reject(new DOMException('', 'AbortError')); else r.send(form);
  });
}
