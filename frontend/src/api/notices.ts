import * as Notices from '../../wailsjs/go/app/Notices';
import type { app, notices as n } from '../../wailsjs/go/models';

/** Announcements in the portal, and its page Questions. */
export const notices = {
  list: Notices.List, get: Notices.Get, save: Notices.Save, publish: Notices.Publish, withdraw: Notices.Withdraw, remove: Notices.Delete, preview: Notices.Preview,
  questions: Notices.Questions, saveQuestion: Notices.SaveQuestion, deleteQuestion: Notices.DeleteQuestion, orderQuestions: Notices.OrderQuestions,
};

export type Announcement = n.Announcement;
export type NoticeView = app.NoticeView;
export type NoticeGroup = n.Group;
export type FaqQuestion = n.Question;
