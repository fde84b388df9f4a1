// Where the door stands, and what each of its views is given.
import type { SignedIn, UserMark } from '~/api';

export type View = { at: 'password' | 'forgotten' | 'told' | 'recover' | 'paste' } | { at: 'code'; half: string } | { at: 'link'; token: string } | { at: 'keep'; code: string; user: UserMark | null | undefined };
export type Props = { email: string; setEmail: (email: string) => void; go: (view: View) => void; done: (signedIn: SignedIn) => void; mailServer: boolean };
