// Who is to sign before the firm, and how. It is held above the list of people: that one changes as soon as somebody has
// signed, while the page with the thanks stays until it is left.
import { createContext, useContext } from 'react';

export type SignWish = { turnId: string; name: string; how: 'desk' | 'in_person' | 'phone' };

const Wishes = createContext<(wish: SignWish) => void>(() => undefined);
export const SignWishes = Wishes.Provider;
export const useSignWish = () => useContext(Wishes);
