// The inbox: conversations with customers, and what else waits for an answer.
import * as Conversations from '../../wailsjs/go/app/Conversations';
import type { app } from '../../wailsjs/go/models';
import { upload } from './files';

export type InboxRow = app.InboxRow;
export type Conversation = app.ConversationHead;
export type ChatMessage = app.ChatMessage;
export type ChatFile = app.InboxFile;
export type CannedReply = app.CannedReply;

export const conversations = {
  list: Conversations.List,
  pulse: Conversations.Pulse,
  question: Conversations.Question,
  get: Conversations.Get,
  messages: Conversations.Messages,
  /** Words go by a call, files with their words by an upload; the key makes a repeat harmless. */
  write: (id: string, text: string, key: string, files: File[]): Promise<ChatMessage> => (files.length ? upload<ChatMessage>(`/files/conversations/${id}`, { key, text }, files) : Conversations.Write(id, text, key)),
  start: Conversations.Start,
  assign: Conversations.Assign,
  close: Conversations.Close,
  reopen: Conversations.Reopen,
  settle: Conversations.Settle,
  markRead: Conversations.MarkRead,
  transcript: Conversations.Transcript,
  people: Conversations.People,
  canned: Conversations.Canned,
  saveCanned: Conversations.SaveCanned,
  removeCanned: Conversations.RemoveCanned,
  fill: Conversations.Fill,
  /** A word on the desktop; only the window can show it. */
  alert: Conversations.Alert,
};
