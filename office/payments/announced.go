package payments

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
)

// Announcement is a transfer that a customer says is under way, for one document or several.
type Announcement struct {
	PublicID     string   `json:"publicId"`
	DocumentID   string   `json:"documentId"`  // the first one
	DocumentIDs  []string `json:"documentIds"` // all of them
	Number       string   `json:"number"`      // of all
	CustomerName string   `json:"customerName"`
	AmountMinor  int64    `json:"amountMinor"`
	Currency     string   `json:"currency"`
	AnnouncedOn  string   `json:"announcedOn"`
}

// Announcements lists what waits for the firm's confirmation, oldest first; what one transfer
// pays stands on one line.
func (s *Service) Announcements(ctx context.Context, who actor.Actor) (list []Announcement, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Announcement{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.OpenAnnouncements(ctx, 500)
		at := map[string]int{}
		for _, r := range rows {
			a := Announcement{PublicID: r.PublicID, DocumentID: r.DocumentPublicID, DocumentIDs: []string{r.DocumentPublicID}, CustomerName: r.CustomerName, AmountMinor: r.AmountMinor, Currency: r.Currency, AnnouncedOn: r.AnnouncedOn}
			if r.Number != nil {
				a.Number = *r.Number
			}
			if i, known := at[r.Transfer]; known && r.Transfer != "" {
				list[i].AmountMinor += a.AmountMinor
				list[i].Number += ", " + a.Number
				list[i].DocumentIDs = append(list[i].DocumentIDs, a.DocumentID)
				continue
			}
			at[r.Transfer] = len(list)
			list = append(list, a)
		}
		return err
	})
	return list, err
}

// transferOf gives all that one transfer was announced for and that no payment came for yet.
func transferOf(ctx context.Context, tx *db.Tx, announcementID string) (asked gen.TransferAnnouncement, all []gen.TransferAnnouncement, err error) {
	if asked, err = tx.AnnouncementByPublicID(ctx, announcementID); err != nil {
		return asked, nil, db.NotFound(err)
	}
	if asked.Transfer != "" {
		all, err = tx.AnnouncementsOfTransfer(ctx, asked.Transfer)
	} else if asked.PaymentID == nil {
		all = []gen.TransferAnnouncement{asked}
	}
	return asked, all, err
}

// Confirmed is an announced transfer that the firm sees on its account.
type Confirmed struct {
	Key            string `json:"key"`
	AnnouncementID string `json:"announcementId"`
	ReceivedOn     string `json:"receivedOn"`  // YYYY-MM-DD, from the day that it was announced to today; "" = today
	AmountMinor    int64  `json:"amountMinor"` // what arrived; 0 = what was announced
}

// Confirm is ConfirmTransfer of what was announced, today.
func (s *Service) Confirm(ctx context.Context, who actor.Actor, key, announcementID string) (Payment, error) {
	return s.ConfirmTransfer(ctx, who, Confirmed{Key: key, AnnouncementID: announcementID})
}

// ConfirmTransfer records the announced transfer as received in one step, as one payment of
// all its invoices, and thanks the customer. What a document no longer takes, credited or
// paid another way meanwhile, stays on the customer's account, as does what came above what
// was announced; of less the documents take as much as there is, in the order in which they
// were announced. Confirming twice gives the same payment; one that was dismissed may come
// after all.
func (s *Service) ConfirmTransfer(ctx context.Context, who actor.Actor, in Confirmed) (p Payment, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return Payment{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		if err := audit.Once(ctx, tx, in.Key, "transfer.confirm", in, &done, func() error {
			asked, open, err := transferOf(ctx, tx, in.AnnouncementID)
			if err != nil {
				return err
			}
			if asked.PaymentID != nil {
				done = recorded{ID: *asked.PaymentID}
				return nil
			}
			done, err = s.confirm(ctx, tx, who, in, open)
			return err
		}); err != nil {
			return err
		}
		p, err = load(ctx, tx.Queries, done.ID)
		return err
	})
	return p, err
}

func (s *Service) confirm(ctx context.Context, tx *db.Tx, who actor.Actor, in Confirmed, open []gen.TransferAnnouncement) (recorded, error) {
	var sum int64
	var ids []int64
	for _, a := range open {
		sum, ids = sum+a.AmountMinor, append(ids, a.DocumentID)
	}
	if in.AmountMinor != 0 {
		sum = in.AmountMinor
	}
	parts, err := arrived(in, open, sum)
	if err != nil {
		return recorded{}, err
	}
	_, numbers, err := numbersOf(ctx, tx, ids)
	if err != nil {
		return recorded{}, err
	}
	done, err := s.arrive(ctx, tx, who, open[0].CustomerID, money.Currency(open[0].Currency),
		RecordPayment{AmountMinor: sum, ReceivedOn: in.ReceivedOn, Method: "transfer", Reference: text.Line(clip(numbers, 100)), Notify: true, Anyway: true}, parts) // the money is there, whatever a gateway says
	if err != nil {
		return recorded{}, err
	}
	for _, a := range open { // also those of which nothing was due any more
		if _, err := tx.ConfirmAnnouncement(ctx, gen.ConfirmAnnouncementParams{ID: a.ID, PaymentID: done.ID}); err != nil {
			return recorded{}, err
		}
		if err := tx.SetAnnounced(ctx, gen.SetAnnouncedParams{DocumentID: a.DocumentID}); err != nil {
			return recorded{}, err
		}
	}
	return done, nil
}

// arrived spreads what came over what it was announced for, and judges the day.
func arrived(in Confirmed, open []gen.TransferAnnouncement, sum int64) (parts []CollectedPart, err error) {
	var form fault.Form
	if sum <= 0 || sum > money.Max {
		form.Add("amount", "fault.pay.amount")
	}
	said := day(open[0].AnnouncedOn)
	if on, err := civil.Parse(in.ReceivedOn); in.ReceivedOn != "" && err == nil && on.Before(said) { // what is no day, or to come, is judged with every payment
		form.Add("receivedOn", "fault.transfer.before_said", "on", said)
	}
	for _, a := range open {
		if minor := min(a.AmountMinor, sum); minor > 0 {
			parts = append(parts, CollectedPart{DocumentID: a.DocumentID, AmountMinor: minor})
			sum -= minor
		}
	}
	return parts, form.Err()
}

// maxDismissal bounds the word to the customer.
const maxDismissal = 1000

// DismissTransfer closes an announced transfer whose money never came, for all that it was to
// pay; reminders go on. With a message, the customer is written to.
func (s *Service) DismissTransfer(ctx context.Context, who actor.Actor, announcementID, message string) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	var form fault.Form
	text.Each(text.Clean, &message)
	message = strings.TrimSpace(message)
	form.MaxLen("message", message, maxDismissal)
	if err := form.Err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, open, err := transferOf(ctx, tx, announcementID)
		if err != nil {
			return err
		}
		open = slices.DeleteFunc(open, func(a gen.TransferAnnouncement) bool { return a.State != "announced" })
		if len(open) == 0 {
			return fault.New(fault.Conflict, "fault.conflict")
		}
		for _, a := range open {
			if _, err := tx.CloseAnnouncement(ctx, gen.CloseAnnouncementParams{ID: a.ID, State: "dismissed"}); err != nil {
				return err
			}
			if err := tx.SetAnnounced(ctx, gen.SetAnnouncedParams{DocumentID: a.DocumentID}); err != nil {
				return err
			}
			if err := audit.Write(ctx, tx, who, audit.Record{Action: "transfer.dismissed", ObjectKind: "document", ObjectID: a.DocumentID}); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { s.Changed("invoices", "payments") })
		if message == "" {
			return nil
		}
		return s.tellDismissed(ctx, tx, open, message)
	})
}

// tellDismissed writes to who announced it, that the money has not been seen.
func (s *Service) tellDismissed(ctx context.Context, tx *db.Tx, open []gen.TransferAnnouncement, message string) error {
	var sum int64
	var ids []int64
	for _, a := range open {
		sum, ids = sum+a.AmountMinor, append(ids, a.DocumentID)
	}
	doc, numbers, err := numbersOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	customer, err := tx.CustomerByID(ctx, open[0].CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	to, err := s.addressee(ctx, tx, customer, &doc)
	if err != nil {
		return err
	}
	if to.Email == "" {
		return fault.New(fault.Conflict, "fault.pay.no_address", "name", customer.Name)
	}
	m := outbox.Mail{Key: "dismissed/" + open[0].PublicID, Kind: outbox.TransferDismissed, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: customer.ID, ContactID: to.ContactID, DocumentID: doc.ID,
		Args: map[string]string{"number": numbers, "amount_minor": strconv.FormatInt(sum, 10), "currency": open[0].Currency, "text": message}}
	if to.ContactID != 0 {
		if m.LinkID, err = s.Sales.IssueLink(ctx, tx, to.ContactID, doc.ID); err != nil {
			return err
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}
