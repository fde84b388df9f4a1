// A mail server for tests, and a reader of what it took: enough of RFC 5321 and of MIME to be sent to and read.
import { createServer } from 'node:net';
import { finallyDo, until } from './lib.mjs';

export async function mailServer() {
  const mails = [];
  const server = createServer((socket) => {
    let rest = '';
    let message = null;
    let envelope = { from: '', to: [] };
    const say = (line) => socket.write(line + '\r\n');
    const commands = {
      EHLO: () => say('250-test.localhost\r\n250-8BITMIME\r\n250 SIZE 26214400'),
      HELO: () => say('250 test.localhost'),
      MAIL: (line) => { envelope = { from: /<([^>]*)>/.exec(line)?.[1] ?? '', to: [] }; say('250 2.1.0 ok'); },
      RCPT: (line) => { envelope.to.push(/<([^>]*)>/.exec(line)?.[1] ?? ''); say('250 2.1.5 ok'); },
      DATA: () => { message = []; say('354 go on'); },
      RSET: () => say('250 2.0.0 ok'),
      NOOP: () => say('250 2.0.0 ok'),
      QUIT: () => { say('221 2.0.0 bye'); socket.end(); },
    };
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    say('220 test.localhost ESMTP');
    socket.on('data', (chunk) => {
      rest += chunk;
      for (let i; (i = rest.indexOf('\r\n')) >= 0;) {
        const line = rest.slice(0, i);
        rest = rest.slice(i + 2);
        if (message === null) (commands[line.slice(0, 4).toUpperCase()] ?? (() => say('502 5.5.1 no')))(line);
        else if (line === '.') {
          mails.push({ ...envelope, ...read(message.join('\r\n')) });
          message = null;
          say('250 2.0.0 kept');
        } else message.push(line.startsWith('.') ? line.slice(1) : line);
      }
    });
  });
  await new Promise((ok) => server.listen(0, '127.0.0.1', ok));
  finallyDo(() => new Promise((ok) => { server.close(ok); server.closeAllConnections?.(); ok(); }));
  return { port: server.address().port, mails, mailTo: (to) => until(`a mail to ${to}`, () => mails.find((m) => m.to.includes(to))) };
}

const bytes = (s) => Buffer.from(s, 'latin1');
const utf8 = (s) => bytes(s).toString('utf8');

// RFC 2047: =?utf-8?q?…?= and =?utf-8?b?…?=
const words = (s) => s.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, kind, text) =>
  kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64').toString('utf8') : utf8(text.replace(/_/g, ' ').replace(/=([0-9A-F]{2})/gi, (_m, h) => String.fromCharCode(parseInt(h, 16)))));

function decode(body, encoding) {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64');
  if (/quoted-printable/i.test(encoding)) return bytes(body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, h) => String.fromCharCode(parseInt(h, 16))));
  return bytes(body);
}

function read(eml) {
  const mail = { subject: '', headers: {}, text: '', html: '', attachments: [] };
  walk(eml, mail, true);
  return mail;
}

function walk(part, mail, top) {
  const cut = part.indexOf('\r\n\r\n');
  const headers = {};
  for (const line of part.slice(0, cut).replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const at = line.indexOf(':');
    headers[line.slice(0, at).toLowerCase()] = line.slice(at + 1).trim();
  }
  const body = part.slice(cut + 4);
  if (top) { mail.headers = headers; mail.subject = words(headers.subject ?? ''); }
  const type = headers['content-type'] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary) {
    for (const p of body.split(`--${boundary}`).slice(1, -1)) walk(p.replace(/^\r\n/, ''), mail, false);
    return;
  }
  const content = decode(body, headers['content-transfer-encoding'] ?? '');
  const name = /filename="?([^";]+)"?/i.exec(headers['content-disposition'] ?? '')?.[1];
  if (name || !/^text\//i.test(type)) mail.attachments.push({ name: words(name ?? ''), type, content });
  else if (/^text\/html/i.test(type)) mail.html = content.toString('utf8');
  else mail.text = content.toString('utf8');
}

/** The address of the document in a mail. */
export const linkIn = (mail) => /https?:\/\/[^\s"<>)\]]+\/l\/[^\s"<>)\]]+/.exec(mail.text)?.[0] ?? '';
