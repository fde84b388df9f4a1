// One way to call Go, in the window and in a browser: POST /rpc/Service.Method with the arguments as a JSON array.
// In the window the request goes through wails:// to AssetServer.Middleware, in a browser to `comptoir serve`.
import { lang } from '~/i18n';
import { ApiError, transportError } from './error';
import { proven, signedInAgain } from './session';

export async function call<R>(method: string, ...args: unknown[]): Promise<R> {
  for (let again = 3; ; again--) {
    const reply = await once<R>(method, args);
    if (!reply.error) return reply.result;
    const error = ApiError.from(reply.error);
    if (again > 0 && error.key === 'fault.sign_in_needed' && await signedInAgain()) continue;
    if (again > 0 && error.key === 'fault.proof_needed' && await proven()) continue;
    throw error;
  }
}

async function once<R>(method: string, args: unknown[]): Promise<{ result: R; error: unknown }> {
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
  if (!reply?.error && !response.ok) throw transportError('internal');
  return reply;
}

// The generated wailsjs/go/** functions call window.go.<package>.<Service>.<Method>.
type Tree = (make: (key: string) => unknown) => unknown;
const tree: Tree = (make) => new Proxy({}, { get: (_, key) => make(String(key)) });
(window as unknown as { go: unknown }).go = tree(() =>
  tree((service) => tree((method) => (...args: unknown[]) => call(`${service}.${method}`, ...args))));

/** True in the desktop window, false in a browser. */
export const inWindow = 'wails' in window || 'WailsInvoke' in window;
