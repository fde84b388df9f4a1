// Whether somebody is signed in, as the answers of Go tell it. A call that is refused for want of it waits until the
// person is back and is then made once more: whoever signs in again is where they were.
type Waiter = { go: () => void; drop: () => void };
let waiting: Waiter[] = [];
const listeners = new Set<() => void>();

/** Called when an answer said that a sign-in is needed. */
export const onSignInNeeded = (l: () => void) => { listeners.add(l); return () => { listeners.delete(l); }; };
const tellSignInNeeded = () => listeners.forEach((l) => l());

/** True once somebody is signed in again; false when what was asked is given up. */
export function signedInAgain(): Promise<boolean> {
  return new Promise((resolve) => {
    waiting.push({ go: () => resolve(true), drop: () => resolve(false) });
    tellSignInNeeded();
  });
}
const release = (how: keyof Waiter) => { const all = waiting; waiting = []; for (const w of all) w[how](); };
const turns = new Set<(same: boolean) => void>();
/** Called when the same person is back, and when it is somebody else or nobody. */
export const onTurn = (l: (same: boolean) => void) => { turns.add(l); return () => { turns.delete(l); }; };
/** The same person is back: what waited goes on. */
export const goOn = () => { turns.forEach((l) => l(true)); release('go'); };
/** Somebody else came, or the person left: what waited is dropped. */
export const giveUp = () => { turns.forEach((l) => l(false)); release('drop'); };
/** Somebody else came in another tab: what waited is dropped; the page is that person's by now. */
export const drop = () => release('drop');

// What asks for the password before an act that wants a fresh proof (components/Proof.tsx).
let asker: (() => Promise<boolean>) | undefined;
let asked: Promise<boolean> | undefined;
export const askProofWith = (ask: () => Promise<boolean>) => { asker = ask; return () => { if (asker === ask) asker = undefined; }; };
/** One question for all calls that want it at the same time. */
export function proven(): Promise<boolean> {
  asked ??= (asker?.() ?? Promise.resolve(false)).finally(() => { asked = undefined; });
  return asked;
}
