// One way to call Go, in the window and in a browser: POST /rpc/Service.Method with the arguments as a JSON array.
// In the window the request goes through wails:// to AssetServer.Middleware, in a browser to `comptoir serve`.
import { lang } from '~/i18n';
import { ApiError, transportError } from './error';

export async function call<R>(method: string, ...args: unknown[]): Promise<R> {
  let response: Response;
  try {
    response = await fetch('/rpc/' + method, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Accept-Language': lang() },
      body: JSON.stringify(args),
    });
  } catch {
    throw transportError('offline');
  }
  let reply: { result: R; error: unknown };
  try {
    reply = await response.json();
  } catch {
    throw transportError(response.status === 401 || response.status === 403 ? 'session' : 'internal');
  }
  if (reply?.error) throw ApiError.from(reply.error);
  if (!response.ok) throw transportError('internal');
  return reply.result;
}

// The generated wailsjs/go/** functions call window.go.<package>.<Service>.<Method>.
type Tree = (make: (key: string) => unknown) => unknown;
const tree: Tree = (make) => new Proxy({}, { get: (_, key) => make(String(key)) });
(window as unknown as { go: unknown }).go = tree(() =>
  tree((service) => tree((method) => (...args: unknown[]) => call(`${service}.${method}`, ...args))));

/** True in the desktop window, false in a browser. */
export const inWindow = 'wails' in window || 'WailsInvoke' in window;
