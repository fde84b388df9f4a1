// The title of the window or tab: the page, with the number of what is unread before it.
let page = 'Comptoir';
let unread = 0;
const write = () => { document.title = (unread ? `(${unread}) ` : '') + page; };
export const setTitle = (title: string) => { page = title; write(); };
export const setUnread = (n: number) => { if (n !== unread) { unread = n; write(); } };
